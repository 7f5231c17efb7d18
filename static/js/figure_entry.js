// The grid of figures: a block copied from a spreadsheet is pasted over several fields, and
// Enter and the arrows go up and down a column. Without this the fields work one by one.
(function () {
  "use strict";

  const grid = document.querySelector("[data-entry-grid]");
  if (!grid) {
    return;
  }
  const rows = Array.from(grid.tBodies[0].rows);

  function fieldAt(row, column) {
    const cell = rows[row] && rows[row].cells[column];
    return cell ? cell.querySelector("input") : null;
  }

  function placeOf(field) {
    const cell = field.closest("td");
    return { row: rows.indexOf(cell.parentElement), column: cell.cellIndex };
  }

  function step(field, by) {
    const place = placeOf(field);
    for (let row = place.row + by; row >= 0 && row < rows.length; row += by) {
      const next = fieldAt(row, place.column);
      if (next) {
        next.focus();
        next.select();
        return true;
      }
    }
    return false;
  }

  grid.addEventListener("keydown", function (event) {
    const isField = event.target instanceof HTMLInputElement;
    const way = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (isField && way && !event.isComposing && !event.altKey && !event.ctrlKey) {
      // Enter goes down and never sends half a grid; the button saves.
      step(event.target, way);
      event.preventDefault();
    }
  });

  grid.addEventListener("paste", function (event) {
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
    if (!(event.target instanceof HTMLInputElement) || (lines.length < 2 && !/\t/.test(text))) {
      return;
    }
    event.preventDefault();
    const place = placeOf(event.target);
    lines.forEach(function (line, down) {
      line.split("\t").forEach(function (value, right) {
        const field = fieldAt(place.row + down, place.column + right);
        if (field) {
          field.value = value.trim();
        }
      });
    });
  });
})();
