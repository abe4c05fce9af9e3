import { useChat } from "../context";
import { AlertIcon, PhoneIcon, PinIcon } from "../icons";
import type { EmergencyCard } from "../protocol";

/** Red on white, the full width: what to do now, 120, and the way to the emergency entrance. */
export function EmergencyView({ card, label }: { card: EmergencyCard; label: string }) {
  const { state } = useChat();
  const entrance = card.entrance || state.config?.emergency_entrance;
  return (
    <section className="emergency" role="alert">
      <h2>
        <AlertIcon />
        {card.title}
      </h2>
      <a className="call" href={`tel:${card.phone}`}>
        <PhoneIcon />
        拨打 {card.phone}
      </a>
      <ol>
        {card.advice.map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
      </ol>
      {entrance && (
        <p className="way">
          <PinIcon />
          <span>
            <b>急诊入口</b>
            {entrance}
          </span>
        </p>
      )}
      {label && <p className="label">{label}</p>}
    </section>
  );
}
