// Comparing in pairs: sliders in place of the selects, and the pair that fits least marked.
// Without this the page works with the selects alone. ES2017, no build.
(function () {
  "use strict";

  const form = document.querySelector("[data-judge]");
  if (!form) {
    return;
  }
  let isUnsaved = false;
  let underWay = 0;
  let leaving = null;

  // -- one slider for each select ------------------------------------------------------------

  function show(pair) {
    const select = pair.querySelector("select");
    const slider = pair.querySelector("[data-slider]");
    const words = select.options[select.selectedIndex].text;
    pair.classList.toggle("is-open", select.value === "");
    pair.querySelector("[data-words]").textContent = words;
    slider.setAttribute("aria-valuetext", words);
  }

  form.querySelectorAll("[data-pair]").forEach(function (pair) {
    const select = pair.querySelector("select");
    const slider = pair.querySelector("[data-slider]");
    const open = select.value === "";
    // The first option stands for "not compared yet", the others for 9 down to 1/9.
    slider.value = open ? 8 : select.selectedIndex - 1;
    slider.hidden = false;
    pair.querySelector("[data-scale]").hidden = false;
    select.hidden = true;

    slider.addEventListener("input", function () {
      select.selectedIndex = Number(slider.value) + 1;
      show(pair);
    });
    // A slider that already stands in the middle has nothing to report when it is chosen.
    function choose() {
      if (select.value === "") {
        select.selectedIndex = Number(slider.value) + 1;
        show(pair);
        slider.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    slider.addEventListener("click", choose);
    slider.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose();
      }
    });
    show(pair);
  });

  // -- what comes back after each change -----------------------------------------------------

  form.addEventListener("change", () => (isUnsaved = true));
  form.addEventListener("htmx:beforeRequest", function () {
    isUnsaved = false;
    underWay += 1;
  });
  form.addEventListener("htmx:afterRequest", function () {
    underWay -= 1;
    window.setTimeout(leave, 50);
  });

  // A refusal says why in the same place as the figures.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const status = event.detail.xhr.status;
    if (status === 409 || status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("htmx:afterSwap", function () {
    const figures = document.getElementById("weight-figures");
    form.querySelectorAll(".is-worst").forEach((pair) => pair.classList.remove("is-worst"));
    const worst = document.getElementById("pair-" + figures.dataset.worst);
    if (worst) {
      worst.classList.add("is-worst");
    }
  });

  // -- nothing is lost on the way to another part --------------------------------------------

  // Whoever comes back through the browser's history sees what is stored now.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      window.location.reload();
    }
  });

  // What is under way is waited for: the form is sent with the version that comes back.
  function leave() {
    if (leaving !== null && underWay === 0) {
      const to = document.createElement("input");
      to.type = "hidden";
      to.name = "to";
      to.value = leaving;
      form.appendChild(to);
      form.submit();
    }
  }

  document.addEventListener("click", function (event) {
    const target = event.target instanceof Element ? event.target : null;
    const link = target && target.closest("[data-node]");
    const button = target && target.closest("[data-judge] button[type=submit]");
    if (leaving !== null && (link || button)) {
      event.preventDefault();
    } else if (link && (isUnsaved || underWay > 0)) {
      event.preventDefault();
      leaving = link.dataset.node;
      leave();
    } else if (button && underWay > 0) {
      event.preventDefault();
      leaving = button.name === "to" ? button.value : form.elements.namedItem("node").value;
      button.classList.add("is-busy");
      leave();
    }
  });
})();
