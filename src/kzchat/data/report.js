// Filters the questions, keeps the filter in the address, opens the question that a link names.
const cases = [...document.querySelectorAll(".case")];
const fields = ["words", "language", "kind", "outcome"].map((id) => document.getElementById(id));
const count = document.getElementById("count");

function apply() {
  const [words, language, kind, outcome] = fields.map((field) => field.value);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of cases) {
    const data = one.dataset;
    one.hidden = !(
      (!language || data.language === language) &&
      (!kind || data.kind === kind) &&
      (!outcome || data.outcome === outcome) &&
      wanted.every((word) => data.words.includes(word))
    );
    shown += !one.hidden;
  }
  count.textContent = `${shown} of ${cases.length}`;
}

function openLinked() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!one || !one.matches(".case")) return;
  one.hidden = false;
  one.open = true;
  one.scrollIntoView();
}

for (const field of fields) field.addEventListener("input", apply);
document.getElementById("clear").addEventListener("click", () => {
  for (const field of fields) field.value = "";
  apply();
});
for (const button of document.querySelectorAll("[data-outcome]:is(button)")) {
  button.addEventListener("click", () => {
    fields[3].value = button.dataset.outcome;
    apply();
    document.getElementById("cases").scrollIntoView();
  });
}
addEventListener("hashchange", openLinked);
apply();
openLinked();
