/** The one script: defines `<lantern-chat>`. Loading it twice does no harm. */

import { LanternChat } from "./element";

if (!customElements.get("lantern-chat")) customElements.define("lantern-chat", LanternChat);
