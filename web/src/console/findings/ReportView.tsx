import { useState } from "react";
import { mediaUrl } from "../api";
import type { Finding } from "../cases/api";
import { FLAG, type Item, items, list, range, record, string } from "./data";
import { Zoomable } from "./Zoomable";

interface Size {
  width: number;
  height: number;
}

/** The page with its boxes beside the table: a row under the pointer or the focus shows where it was read. */
export function ReportView({ finding }: { finding: Finding }) {
  const rows = items(finding.data);
  const [active, setActive] = useState<number>();
  const [size, setSize] = useState<Size>();
  const page = finding.files["page"] ?? (finding.source?.media_type.startsWith("image/") ? finding.source : undefined);
  const narrative = list(record(finding.data["narrative"])["findings"]);
  return (
    <div className="report-view">
      {page ? (
        <Zoomable label="报告的照片，标出读到的位置">
          <div className="boxed">
            <img
              src={mediaUrl(page.media_id)}
              alt=""
              draggable={false}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSize({ width: naturalWidth, height: naturalHeight })}
            />
            {size &&
              rows.map((item, row) =>
                item.box && item.box.page === 0 ? (
                  <i key={row} className={`box ${active === row ? "active" : ""} ${item.critical ? "critical" : ""}`} style={placed(item.box, size)} />
                ) : null,
              )}
          </div>
        </Zoomable>
      ) : finding.source ? (
        <p>
          <a href={mediaUrl(finding.source.media_id)}>下载报告文件</a>
        </p>
      ) : (
        <p className="muted">报告的照片不在了。</p>
      )}
      <div className="report-table">
        {string(finding.data["title"]) && <p>{string(finding.data["title"])}</p>}
        {rows.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">项目</th>
                <th scope="col" className="figure">
                  结果
                </th>
                <th scope="col">单位</th>
                <th scope="col" className="figure">
                  参考范围
                </th>
                <th scope="col" className="figure">
                  把握
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((item, row) => (
                <tr
                  key={row}
                  tabIndex={0}
                  className={`${item.critical ? "critical" : ""} ${active === row ? "active" : ""}`}
                  onMouseEnter={() => setActive(row)}
                  onFocus={() => setActive(row)}
                  onMouseLeave={() => setActive(undefined)}
                >
                  <th scope="row">{item.name}</th>
                  <td className="figure">{`${item.value} ${FLAG[item.flag] ?? ""}`}</td>
                  <td>{item.unit}</td>
                  <td className="figure">{range(item)}</td>
                  <td className="figure">
                    {item.confidence === undefined ? "" : `${Math.round(item.confidence * 100)}%`}
                    {item.asked && " 待核对"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {narrative.map((one, row) => (
          <p key={row}>{string(one["text"]) || string(one["name"])}</p>
        ))}
        {!rows.length && !narrative.length && <p className="muted">没有读到项目。</p>}
      </div>
    </div>
  );
}

const placed = (box: NonNullable<Item["box"]>, size: Size) => ({
  left: `${(box.left / size.width) * 100}%`,
  top: `${(box.top / size.height) * 100}%`,
  width: `${((box.right - box.left) / size.width) * 100}%`,
  height: `${((box.bottom - box.top) / size.height) * 100}%`,
});
