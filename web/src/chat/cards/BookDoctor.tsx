import { useChat } from "../context";

interface Props {
  doctor: { name: string; title: string; payload: string };
  pressable: boolean;
}

/** The button that books this doctor. */
export function BookDoctor({ doctor, pressable }: Props) {
  const { chat } = useChat();
  return (
    <button
      type="button"
      className="button"
      aria-label={`预约${doctor.name}`}
      disabled={!pressable}
      onClick={() => chat.choose(`预约${doctor.name}${doctor.title}`, doctor.payload)}
    >
      预约
    </button>
  );
}
