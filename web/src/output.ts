/** A text out of the page: as a file, or on paper. */

export function saveText(text: string, file: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** In a frame of its own, so that the host's page stays off the paper and its styles off the text. */
export function printText(text: string, title: string): void {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("aria-hidden", "true");
  for (const [name, value] of [["position", "fixed"], ["width", "0"], ["height", "0"], ["border", "0"]] as const) {
    frame.style.setProperty(name, value);
  }
  document.body.append(frame);
  const page = frame.contentWindow!;
  const sheet = page.document.createElement("pre");
  for (const [name, value] of [["white-space", "pre-wrap"], ["font", "12pt/1.5 sans-serif"]] as const) {
    sheet.style.setProperty(name, value);
  }
  sheet.textContent = text;
  page.document.title = title;
  page.document.body.append(sheet);
  page.addEventListener("afterprint", () => frame.remove());
  page.print();
}
