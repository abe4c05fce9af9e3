import { Bubble } from "@chatui/core/es/components/Bubble";

import { useChat } from "./context";
import { Apricot, CameraIcon, ReportIcon, VideoIcon } from "./icons";

/** What people come with most; pressed, each is a plain sentence of the patient's own. */
export const COMPLAINTS: [string, string][] = [
  ["发烧", "我发烧了"],
  ["咳嗽", "我咳嗽"],
  ["肚子疼", "我肚子疼"],
  ["头晕", "我头晕"],
  ["皮疹", "我身上起了皮疹"],
  ["腰腿疼", "我腰腿疼"],
  ["孩子病了", "孩子不舒服"],
  ["睡不好", "我睡不好觉"],
];

export const ERRANDS: [string, string][] = [
  ["挂号", "我要挂号"],
  ["查我的预约", "查我的预约"],
  ["医保怎么报", "医保怎么报销"],
  ["几点开门", "医院几点开门"],
];

/** The first words of the house, and on the empty page what to press instead of typing. */
export function Welcome({ empty }: { empty: boolean }) {
  const { chat, state, openGuide } = useChat();
  if (!state.config) return null;
  return (
    <>
      <article className="row row-bot" aria-label="助手">
        <Apricot />
        <div className="content">
          <Bubble type="text">
            <p>{state.config.welcome}</p>
          </Bubble>
          <p className="label">
            由AI提供 · <a href="/privacy" target="_blank" rel="noopener">隐私说明</a> ·{" "}
            <button type="button" className="link" onClick={() => chat.say("我的授权")}>
              我的授权
            </button>
          </p>
        </div>
      </article>
      {empty && (
        <section className="starts" aria-label="常见问题">
          <h2>哪里不舒服？</h2>
          <div className="chips">
            {COMPLAINTS.map(([title, sentence]) => (
              <button key={title} type="button" onClick={() => chat.say(sentence)}>
                {title}
              </button>
            ))}
          </div>
          <h2>要办什么事？</h2>
          <div className="chips chips-errand">
            {ERRANDS.map(([title, sentence]) => (
              <button key={title} type="button" onClick={() => chat.say(sentence)}>
                {title}
              </button>
            ))}
          </div>
          <h2>给医生看看</h2>
          <div className="tiles">
            <button type="button" onClick={() => openGuide("skin")}>
              <CameraIcon />
              拍皮肤
            </button>
            <button type="button" onClick={() => openGuide("report")}>
              <ReportIcon />
              拍报告单
            </button>
            <button type="button" onClick={() => openGuide("rehab")}>
              <VideoIcon />
              康复视频
            </button>
          </div>
        </section>
      )}
    </>
  );
}
