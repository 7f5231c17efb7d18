// Says at each person whether the last tap is kept. Without it the page is saved by its button.
(function () {
  "use strict";

  function cardOf(event) {
    return event.target instanceof Element ? event.target.closest("[data-rating]") : null;
  }

  function say(card, text, isRefused) {
    const line = card.querySelector(".rating-state");
    line.textContent = "";
    const words = document.createElement("span");
    words.className = isRefused ? "rating-refused" : "rating-saving";
    words.textContent = text;
    line.appendChild(words);
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    const card = cardOf(event);
    if (card) {
      say(card, card.dataset.saving, false);
    }
  });

  // Only an answer about saving goes into the card: never the sign-in page or an error page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const card = event.detail.requestConfig.elt.closest("[data-rating]");
    if (card && !event.detail.xhr.getResponseHeader("X-Rating")) {
      event.detail.shouldSwap = false;
      say(card, card.dataset.failed, true);
    }
  });

  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const card = cardOf(event);
      if (card) {
        say(card, card.dataset.failed, true);
      }
    });
  });
})();
