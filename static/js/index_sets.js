// The editor of index sets: a live total of the weights, rows dragged to another place, a search
// box over the measures. Everything works without it, by saving.
(function () {
  "use strict";

  const HUNDREDTHS = 100;

  // -- the total of the weights ------------------------------------------------------------

  function hundredths(input) {
    const value = Number(input.value.trim());
    return Number.isFinite(value) ? Math.round(value * HUNDREDTHS) : 0;
  }

  function written(number) {
    return (number / HUNDREDTHS).toFixed(2);
  }

  function show(box, selector, shown, gap) {
    box.querySelectorAll(selector).forEach(function (part) {
      part.hidden = !shown;
      const number = part.querySelector("[data-total-gap]");
      if (number) {
        number.textContent = written(gap);
      }
    });
  }

  function addUp(box) {
    const total = box.querySelector("[data-total]");
    if (!total) {
      return;
    }
    const inputs = Array.from(box.querySelectorAll('[data-weight="base"]'));
    const sum = inputs.reduce((before, input) => before + hundredths(input), 0);
    const gap = 100 * HUNDREDTHS - sum;
    total.textContent = written(sum);
    show(box, "[data-total-right]", gap === 0, 0);
    show(box, "[data-total-short]", gap > 0, gap);
    show(box, "[data-total-over]", gap < 0, -gap);
  }

  // -- order -------------------------------------------------------------------------------

  function changed(box) {
    box.querySelectorAll("[data-unsaved]").forEach((note) => (note.hidden = false));
  }

  function moveRow(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) {
      row.parentElement.insertBefore(row, step < 0 ? other : other.nextElementSibling);
    }
  }

  function rowUnder(rows, y) {
    return Array.from(rows.children).find(function (row) {
      const place = row.getBoundingClientRect();
      return y >= place.top && y <= place.bottom;
    });
  }

  function dragging(box, rows, handle) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", function (event) {
      const row = handle.closest("[data-row]");
      event.preventDefault();
      row.classList.add("is-dragged");

      function move(now) {
        const under = rowUnder(rows, now.clientY);
        if (under && under !== row) {
          const isBelow = row.compareDocumentPosition(under) & Node.DOCUMENT_POSITION_FOLLOWING;
          rows.insertBefore(row, isBelow ? under.nextElementSibling : under);
          changed(box);
        }
      }

      function stop() {
        row.classList.remove("is-dragged");
        document.removeEventListener("pointermove", move);
        document.removeEventListener("pointerup", stop);
        document.removeEventListener("pointercancel", stop);
      }

      // On the document: a row that changes its place would lose a captured pointer.
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", stop);
      document.addEventListener("pointercancel", stop);
    });
  }

  document.querySelectorAll("[data-arrange]").forEach(function (box) {
    const rows = box.querySelector("[data-rows]");
    box.addEventListener("input", function () {
      addUp(box);
      changed(box);
    });
    if (rows) {
      rows.querySelectorAll("[data-handle]").forEach((handle) => dragging(box, rows, handle));
      rows.addEventListener("click", function (event) {
        const button = event.target.closest("[data-move]");
        if (button) {
          event.preventDefault();
          moveRow(button.closest("[data-row]"), button.dataset.move === "up" ? -1 : 1);
          button.focus();
          changed(box);
        }
      });
    }
    addUp(box);
  });

  // -- measures ----------------------------------------------------------------------------

  document.querySelectorAll("[data-measures]").forEach(function (box) {
    const search = box.querySelector("[data-measures-search]");
    const labels = Array.from(box.querySelectorAll("label"));
    search.hidden = false;
    search.addEventListener("input", function () {
      const text = search.value.trim().toLowerCase();
      labels.forEach(function (label) {
        const isChosen = label.querySelector("input").checked;
        label.hidden = !isChosen && !label.textContent.toLowerCase().includes(text);
      });
    });
    search.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
      }
    });
  });
})();
