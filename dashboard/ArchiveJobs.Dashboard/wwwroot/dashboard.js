// "/" goes to the search field; a log that follows its end keeps following it.
document.addEventListener("keydown", event => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.getElementById("find");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});

new MutationObserver(() => {
  for (const log of document.querySelectorAll("[data-follow='true']")) {
    log.scrollTop = log.scrollHeight;
  }
}).observe(document.body, { childList: true, subtree: true });
