import { Fragment, useState } from "react";
import { mediaUrl } from "../api";
import type { Finding } from "../cases/api";
import { FLAG, items, list, pages, range, record, string } from "./data";
import { ReportPages } from "./ReportPages";

/** The pages with their boxes beside the table: the row last pointed at or focused shows where it was read. */
export function ReportView({ finding }: { finding: Finding }) {
  const rows = items(finding.data);
  const all = pages(finding);
  const [active, setActive] = useState<number>();
  const [shown, setShown] = useState(0);
  const narrative = list(record(finding.data["narrative"])["findings"]);
  const look = (row: number) => {
    setActive(row);
    setShown((now) => rows[row]?.box?.page ?? now);
  };
  return (
    <div className="report-view">
      {all.length ? (
        <ReportPages pages={all} rows={rows} active={active} shown={shown} onShow={setShown} />
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
                <Fragment key={row}>
                  {all.length > 1 && item.box && item.box.page !== rows[row - 1]?.box?.page && (
                    <tr className="page-break">
                      <th colSpan={5}>{`第 ${item.box.page + 1} 页`}</th>
                    </tr>
                  )}
                  <tr
                    tabIndex={0}
                    className={`${item.critical ? "critical" : ""} ${active === row ? "active" : ""}`}
                    onMouseEnter={() => look(row)}
                    onFocus={() => look(row)}
                  >
                    <th scope="row">{item.name}</th>
                    <td className="figure">{`${item.value} ${FLAG[item.flag] ?? ""}`}</td>
                    <td>{item.unit}</td>
                    <td className="figure">{range(item)}</td>
                    <td className="figure">
                      {item.told ? "患者核对" : item.confidence === undefined ? "" : `${Math.round(item.confidence * 100)}%`}
                      {item.asked && " 待核对"}
                    </td>
                  </tr>
                </Fragment>
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
