import { Segmented } from "antd";
import { useState } from "react";
import { mediaUrl } from "../api";
import type { Box, Item, Page } from "./data";
import { Zoomable } from "./Zoomable";

interface Size {
  width: number;
  height: number;
}

interface Props {
  pages: Page[];
  rows: Item[];
  /** Which row is looked at, and which page is shown. */
  active: number | undefined;
  shown: number;
  onShow: (page: number) => void;
}

/** One page at a time, with every box that was read on it; the keys of the row of pages lead through them. */
export function ReportPages({ pages, rows, active, shown, onShow }: Props) {
  // Of pages whose size the engine did not tell, by their picture.
  const [loaded, setLoaded] = useState<Record<string, Size>>({});
  const page = pages.find(({ number }) => number === shown) ?? pages[0];
  if (!page) return null;
  const size = page.size ?? loaded[page.media_id];
  return (
    <div className="report-pages">
      {pages.length > 1 && (
        <Segmented<number>
          aria-label="看报告的哪一页"
          value={page.number}
          onChange={onShow}
          options={pages.map(({ number }) => ({ value: number, label: `第 ${number + 1} 页` }))}
        />
      )}
      <Zoomable key={page.media_id} label={`报告第 ${page.number + 1} 页的照片，标出读到的位置`}>
        <div className="boxed">
          <img
            src={mediaUrl(page.media_id)}
            alt=""
            draggable={false}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
              setLoaded((now) => ({ ...now, [page.media_id]: { width, height } }))
            }
          />
          {size &&
            rows.map((item, row) =>
              item.box?.page === page.number ? (
                <i key={row} className={`box ${active === row ? "active" : ""} ${item.critical ? "critical" : ""}`} style={placed(item.box, size)} />
              ) : null,
            )}
        </div>
      </Zoomable>
    </div>
  );
}

/** Where a box stands on its picture, however large that is shown. */
export const placed = (box: Box, size: Size) => ({
  left: `${(box.left / size.width) * 100}%`,
  top: `${(box.top / size.height) * 100}%`,
  width: `${((box.right - box.left) / size.width) * 100}%`,
  height: `${((box.bottom - box.top) / size.height) * 100}%`,
});
