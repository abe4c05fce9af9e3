import type { Card } from "../protocol";
import { AppointmentView } from "./Appointment";
import { AskBackView } from "./AskBack";
import { ConfirmView } from "./Confirm";
import { ConsentView } from "./Consent";
import { DepartmentsView } from "./Departments";
import { DoctorsView } from "./Doctors";
import { DownloadView } from "./Download";
import { EmergencyView } from "./Emergency";
import { InsuranceView } from "./Insurance";
import { PhotoGuideView } from "./PhotoGuide";
import { ProgressView } from "./Progress";
import { ReportView } from "./Report";
import { SlotsView } from "./Slots";

export interface CardViewProps {
  card: Card;
  /** Whether the gateway still takes this card's buttons. */
  pressable: boolean;
  /** Whether the patient has said something since. */
  answered: boolean;
  text: string;
  label: string;
}

/** A card by its kind; of a kind that this page does not know yet, its words. */
export function CardView({ card, pressable, answered, text, label }: CardViewProps) {
  switch (card.kind) {
    case "emergency":
      return <EmergencyView card={card} label={label} />;
    case "departments":
      return <DepartmentsView card={card} pressable={pressable} />;
    case "doctors":
      return <DoctorsView card={card} pressable={pressable} />;
    case "slots":
      return <SlotsView card={card} pressable={pressable} />;
    case "confirm":
      return <ConfirmView card={card} pressable={pressable && !answered} />;
    case "appointment":
      return <AppointmentView card={card} />;
    case "insurance":
      return <InsuranceView card={card} />;
    case "photo_guide":
      return <PhotoGuideView card={card} />;
    case "consent":
      return <ConsentView card={card} text={text} />;
    case "download":
      return <DownloadView card={card} text={text} />;
    case "report":
      return <ReportView card={card} />;
    case "progress":
      return <ProgressView card={card} />;
    case "ask_back":
      return <AskBackView card={card} />;
    default:
      return <p className="card">{text}</p>;
  }
}
