import { expect, test } from "vitest";
import { items, pages } from "../src/console/findings/data";
import { placed } from "../src/console/findings/ReportPages";

const file = (media_id: string, media_type = "image/png") => ({ media_id, media_type });

test("every page in order, with the size that its boxes are in", () => {
  const files = { page_10: file("k"), page: file("a"), page_2: file("c"), overlay: file("x") };
  const found = pages({ data: { page_sizes: [[1240, 1754], "odd", [3000, 4000]] }, files, source: null });
  expect(found).toEqual([
    { number: 0, media_id: "a", size: { width: 1240, height: 1754 } },
    { number: 2, media_id: "c", size: { width: 3000, height: 4000 } },
    { number: 10, media_id: "k", size: undefined },
  ]);
});

test("where nothing was drawn, the patient's photo is the page; a document is none", () => {
  expect(pages({ data: {}, files: {}, source: file("p", "image/jpeg") })).toEqual([{ number: 0, media_id: "p", size: undefined }]);
  expect(pages({ data: {}, files: {}, source: file("p", "application/pdf") })).toEqual([]);
});

test("a box stands where it was read, on a picture that is shown smaller too", () => {
  const box = { page: 1, left: 300, top: 1000, right: 900, bottom: 1100 };
  expect(placed(box, { width: 3000, height: 4000 })).toEqual({ left: "10%", top: "25%", width: "20%", height: "2.5%" });
});

test("what is only asked back has the box of the question", () => {
  const [item] = items({ items: [{ name: "K", box: null, ask_back: { reason: "unsure", box: { page: 1, left: 1, top: 2, right: 3, bottom: 4 } } }] });
  expect([item?.box?.page, item?.asked]).toEqual([1, true]);
});
