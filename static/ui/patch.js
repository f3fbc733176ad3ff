// Shows what a save has changed: rows of a line grid, regions and values beside it.
// `grid` is the body of the line grid; `outrun(line, own)` says whether a line was saved again since the save of `own`.
export const patcher = (grid, outrun) => (html, line) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  patchRows(grid, holder.content.querySelectorAll("template[data-row]"), (number) => outrun(number, line));
  for (const t of holder.content.querySelectorAll("template[data-swap]")) swap(document.getElementById(t.dataset.swap), t.content.firstElementChild);
  for (const t of holder.content.querySelectorAll("template[data-value]")) {
    const input = document.getElementById(t.dataset.value);
    if (!input.dataset.dirty) input.value = t.content.textContent.trim();
  }
};
// The hand that has gone on to a region keeps its place there: an unchanged one stays, a changed one takes the focus back.
function swap(region, next) {
  if (region.isEqualNode(next)) return;
  const here = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.replaceWith(next);
  if (here) document.getElementById(here)?.focus();
}
const no = (tr) => tr.dataset.line;
// Answers come by line number, as the grid stands: one walk over both, however many rows were pasted.
function patchRows(grid, answers, outrun) {
  const rows = [...grid.rows];
  let place = 0;
  for (const t of answers) {
    const number = Number(t.dataset.row);
    const fresh = t.content.querySelector("tr");
    while (place < rows.length && Number(no(rows[place])) < number) place += 1;
    const tr = rows[place];
    if (tr && Number(no(tr)) === number) patchRow(tr, fresh, outrun(no(tr)));
    else { grid.insertBefore(fresh, tr ?? null); htmx.process(fresh); }
  }
}
// Of a line that was saved again meanwhile the answer is older than what its cells say.
function patchRow(tr, fresh, older) {
  tr.className = fresh.className;
  [...fresh.cells].forEach((td, i) => {
    const now = tr.cells[i];
    const input = now.querySelector("input");
    const next = td.querySelector("input");
    if (input && next?.name === input.name && now.matches(".in")) { if (!older) patchInput(input, next); }
    else if (!now.contains(document.activeElement)) { now.className = td.className; now.replaceChildren(...td.childNodes); }
    if (td.dataset.unit !== undefined) now.dataset.unit = td.dataset.unit;
  });
}
function patchInput(input, next) {
  if (input === document.activeElement && input.dataset.dirty) return;
  input.value = next.value;
  input.className = next.className;
  if (next.dataset.pk !== undefined) input.dataset.pk = next.dataset.pk;
  for (const a of ["aria-invalid", "aria-describedby"]) {
    if (next.hasAttribute(a)) input.setAttribute(a, next.getAttribute(a)); else input.removeAttribute(a);
  }
  if (input === document.activeElement) input.select();
}
