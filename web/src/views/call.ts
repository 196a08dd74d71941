/** The link that dials the emergency number. */

import { html, nothing } from "lit";
import { fill } from "../strings";
import { PHONE, type Ui } from "./ui";

/**
 * The long form says what it dials, since the number fits not every country; a number that the host page chose does,
 * and stands in the link itself.
 */
export function callLink({ t, emergency: { number, chosen } }: Ui, long = false) {
  const short = fill(t.call, number);
  return html`<a class="call" href="tel:${number}">${PHONE} <span>${long && !chosen ? t.callLong : short}</span></a>
    ${long && !chosen ? html`<p class="dials">${fill(t.dials, number)}</p>` : nothing}`;
}
