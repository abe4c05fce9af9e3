import { useChat } from "./context";
import { PhoneIcon, PinIcon } from "./icons";

/** Beside the chat on wide screens: where to go and whom to call. */
export function Aside() {
  const { config } = useChat().state;
  if (!config) return null;
  return (
    <aside className="aside" aria-label="就诊信息">
      <section className="aside-emergency">
        <h2>紧急情况</h2>
        <p>胸痛、呼吸困难、意识不清、大出血，请不要等待回复。</p>
        <a className="call" href={`tel:${config.emergency_phone}`}>
          <PhoneIcon />
          拨打 {config.emergency_phone}
        </a>
        <p className="way">
          <PinIcon />
          <span>{config.emergency_entrance}</span>
        </p>
      </section>
      <section>
        <h2>我可以帮您</h2>
        <ul>
          <li>说说哪里不舒服，找到该看的科室</li>
          <li>挂号、改约、取消预约</li>
          <li>问医保报销、检查前的准备、就诊时间</li>
          <li>把皮肤照片、报告单、康复视频交给医生看</li>
        </ul>
      </section>
      <section>
        <h2>请放心</h2>
        <p>姓名、证件号和电话会加密保存，屏幕上只显示一部分。AI 的回答不能代替医生诊断。</p>
        {config.service_phone && (
          <p>
            服务电话 <a href={`tel:${config.service_phone}`}>{config.service_phone}</a>
          </p>
        )}
      </section>
    </aside>
  );
}
