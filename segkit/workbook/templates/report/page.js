(function () {
  var bar = document.querySelector(".tools");
  var folds = document.querySelectorAll("details.code");
  if (bar && folds.length) {
    var button = document.createElement("button");
    var open = false;
    button.type = "button";
    button.textContent = "Show all code";
    button.addEventListener("click", function () {
      open = !open;
      folds.forEach(function (fold) { fold.open = open; });
      button.textContent = open ? "Hide all code" : "Show all code";
    });
    bar.appendChild(button);
  }
  if (!("IntersectionObserver" in window)) { return; }
  var links = {};
  document.querySelectorAll("nav.side a").forEach(function (link) {
    links[link.hash.slice(1)] = link;
  });
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting || !links[entry.target.id]) { return; }
      Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
      links[entry.target.id].setAttribute("aria-current", "true");
    });
  }, { rootMargin: "0px 0px -80% 0px" });
  document.querySelectorAll("main section[id]").forEach(function (part) { watcher.observe(part); });
})();
