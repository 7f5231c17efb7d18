// What every page shares. Each page works without it: this adds comfort only.
// ES2017, no build. Listeners sit on the document, so parts that arrive later work too.
(function () {
  "use strict";

  function closest(event, selector) {
    return event.target instanceof Element ? event.target.closest(selector) : null;
  }

  // -- navigation on small screens ---------------------------------------------------------

  const sidebar = document.getElementById("navigation");
  const opener = document.querySelector("[data-nav-toggle]");

  function showNavigation(open) {
    sidebar.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      sidebar.querySelector("a").focus();
    } else {
      opener.focus();
    }
  }

  function navigationIsOpen() {
    return sidebar !== null && opener !== null && sidebar.classList.contains("is-open");
  }

  if (sidebar && opener) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", "navigation");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("keydown", function (event) {
      if (event.key === " ") {
        event.preventDefault();
        showNavigation(!navigationIsOpen());
      }
    });
  }

  document.addEventListener("click", function (event) {
    if (!sidebar || !opener) {
      return;
    }
    if (closest(event, "[data-nav-toggle]")) {
      event.preventDefault();
      showNavigation(!navigationIsOpen());
    } else if (closest(event, "[data-nav-close]")) {
      event.preventDefault();
      showNavigation(false);
    } else if (navigationIsOpen() && !sidebar.contains(event.target)) {
      showNavigation(false);
    }
  });

  // -- menus made of <details> -------------------------------------------------------------

  function openMenus() {
    return Array.from(document.querySelectorAll("details[data-menu][open]"));
  }

  document.addEventListener("click", function (event) {
    openMenus()
      .filter((menu) => !menu.contains(event.target))
      .forEach((menu) => menu.removeAttribute("open"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    openMenus().forEach(function (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
    if (navigationIsOpen()) {
      showNavigation(false);
    }
  });

  // -- messages ----------------------------------------------------------------------------

  document.querySelectorAll("[data-dismiss]").forEach((button) => (button.hidden = false));

  document.addEventListener("click", function (event) {
    const button = closest(event, "[data-dismiss]");
    if (button) {
      button.parentElement.remove();
      document.getElementById("main").focus();
    }
  });

  // A screen reader starts at what is wrong; the page scrolls there as well.
  const wrong = document.querySelector("[data-focus]");
  if (wrong) {
    wrong.focus();
  }

  // -- filters fold away on a phone --------------------------------------------------------

  document.querySelectorAll("[data-filters]").forEach(function (form) {
    const toggle = form.querySelector("[data-filters-toggle]");
    const narrow = window.matchMedia("(max-width: 640px)");
    if (!toggle || form.querySelectorAll(".filter:not(.filter-search)").length === 0) {
      return;
    }
    function fold() {
      toggle.hidden = !narrow.matches;
      form.classList.toggle("is-folded", narrow.matches);
      toggle.setAttribute("aria-expanded", "false");
    }
    toggle.addEventListener("click", function () {
      const folded = form.classList.toggle("is-folded");
      toggle.setAttribute("aria-expanded", String(!folded));
    });
    narrow.addListener(fold);
    fold();
  });

  // -- a form is sent once -----------------------------------------------------------------

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-once]")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.classList.add("is-busy"));
  });

  // Coming back through the browser's history, the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy"));
    });
  });

  // -- printing: lines of a result are printed open, and closed again ----------------------

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".result-line:not([open])").forEach(function (line) {
      line.open = true;
      line.dataset.openedToPrint = "";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("[data-opened-to-print]").forEach(function (line) {
      line.open = false;
      delete line.dataset.openedToPrint;
    });
  });

  // -- passwords: show, hide, caps lock ----------------------------------------------------

  document.querySelectorAll("[data-password]").forEach(function (box) {
    const input = box.querySelector("input");
    const hint = box.querySelector("[data-capslock]");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "password-toggle";
    button.textContent = box.dataset.show;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", function () {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? box.dataset.hide : box.dataset.show;
    });
    input.insertAdjacentElement("afterend", button);

    function watch(event) {
      if (event.getModifierState) {
        hint.hidden = !event.getModifierState("CapsLock");
      }
    }
    input.addEventListener("keydown", watch);
    input.addEventListener("keyup", watch);
    input.addEventListener("blur", () => (hint.hidden = true));
  });
})();
