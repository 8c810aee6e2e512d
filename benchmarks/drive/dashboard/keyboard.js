/* asv's buttons are links that lead nowhere, so the Tab key passes them by. */
(function () {
  "use strict";
  const buttons = "a:not([href])[role='button'], a.btn:not([href])";
  function reach() {
    document.querySelectorAll(buttons).forEach(function (button) {
      button.tabIndex = 0;
    });
  }
  document.addEventListener("keydown", function (event) {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(buttons)) {
      event.preventDefault();
      event.target.click();
    }
  });
  document.addEventListener("DOMContentLoaded", function () {
    reach();
    new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
  });
})();
