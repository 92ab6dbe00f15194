// Keyboard shortcuts, and a grid that takes a pasted spreadsheet. Every page works without this file.
//   data-key="c"     pressing c clicks the element (or puts the cursor into it); the page shows it in a <kbd>
//   data-row         j and k walk through these links, Enter opens
//   data-save        on a form, or a part of one that ends in a button of its own: Ctrl+Enter in it sends it
//   data-grid        on a table of inputs: paste several cells at once; data-more="ID" of a button adds a row
//   data-unsent      a field whose text is kept nowhere yet: the browser asks before the page is left
//   data-print       a button that prints; it stays hidden where there is no script
"use strict";

const typing = (element) => element.matches("input, select, textarea, [contenteditable]") && !["checkbox", "radio"].includes(element.type);

function press(element) {
  const shut = element.closest("details:not([open])");
  if (shut) shut.open = true;
  if (element.matches("input, select, textarea")) element.focus();
  if (!typing(element)) element.click();
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

document.addEventListener("keydown", (event) => {
  const part = event.target.closest("[data-save]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && part) {
    event.preventDefault();
    if (part.matches("form")) { part.requestSubmit(); return; }
    const button = [...part.querySelectorAll("button")].pop();
    button.form.requestSubmit(button);
    return;
  }
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") { walk(event.key === "j" ? 1 : -1); return; }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (wanted && !wanted.disabled) { event.preventDefault(); press(wanted); }
});

let sending = false;
document.addEventListener("submit", () => { sending = true; });
addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("[data-unsent]")].some((area) => area.value.trim());
  if (typed && !sending) event.preventDefault();
});

// A pasted cell may be quoted, hold tabs and line breaks, and double its quotes.
function cells(text) {
  const rows = [[""]];
  let quoted = false, start = true;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at], row = rows[rows.length - 1];
    if (quoted && mark === '"' && text[at + 1] === '"') { row[row.length - 1] += mark; at++; }
    else if (mark === '"' && (quoted || start)) quoted = !quoted;
    else if (!quoted && mark === "\t") { row.push(""); start = true; continue; }
    else if (!quoted && mark === "\n") { rows.push([""]); start = true; continue; }
    else if (mark !== "\r") row[row.length - 1] += mark === "\n" ? " " : mark;
    start = false;
  }
  if (rows.length > 1 && rows[rows.length - 1].join("") === "") rows.pop();
  return rows;
}

function emptied(cell, label) {
  for (const note of cell.querySelectorAll(".wrong, .aside")) note.remove();
  for (const input of cell.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.setAttribute("aria-label", label(input.getAttribute("aria-label")));
  }
  return cell;
}

function addRow(table) {
  const body = table.tBodies[0], last = body.rows[body.rows.length - 1];
  if (body.rows.length >= Number(table.dataset.grid)) return null;
  const number = String(body.rows.length + 2);
  const fresh = emptied(last.cloneNode(true), (label) => label.replace(/\d+$/, number));
  fresh.querySelector(".count").textContent = number;
  return body.appendChild(fresh);
}

function addColumn(table) {
  const number = table.rows[0].cells.length;
  if (number > Number(table.dataset.columns)) return;
  for (const row of table.rows) {
    const cell = row.cells[number - 1].cloneNode(true), at = row.rowIndex + 1;
    row.appendChild(emptied(cell, () => (at === 1 ? `Header of column ${number}` : `Column ${number}, row ${at}`)));
  }
}

for (const table of document.querySelectorAll("table[data-grid]")) {
  const rowsOf = () => [...table.rows].map((row) => [...row.querySelectorAll("input")]);
  table.addEventListener("paste", (event) => {
    const found = cells(event.clipboardData.getData("text/plain"));
    if (found.length === 1 && found[0].length === 1) return;
    event.preventDefault();
    const rows = rowsOf();
    const down = rows.findIndex((row) => row.includes(event.target));
    const right = rows[down].indexOf(event.target);
    for (let lacks = right + Math.max(...found.map((line) => line.length)) - rows[0].length; lacks > 0; lacks--) addColumn(table);
    found.forEach((line, y) => {
      const row = rowsOf()[down + y] || (addRow(table) && rowsOf()[down + y]);
      if (row) line.forEach((cell, x) => { if (row[right + x]) row[right + x].value = cell.trim(); });
    });
  });
  const more = document.getElementById(table.dataset.more);
  if (more) { more.hidden = false; more.type = "button"; more.addEventListener("click", () => { const row = addRow(table); if (row) row.querySelector("input").focus(); }); }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
