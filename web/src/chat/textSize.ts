/** Large text: 17 px or 21 px for everything on the page, remembered on this phone. */
const KEY = "xinglin.large-text";

export function isLarge(): boolean {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

export function applyTextSize(): void {
  document.documentElement.classList.toggle("large", isLarge());
}

export function setLarge(large: boolean): void {
  try {
    localStorage.setItem(KEY, large ? "1" : "0");
  } catch {
    // Forbidden storage: the switch still works until the page is left.
  }
  document.documentElement.classList.toggle("large", large);
}
