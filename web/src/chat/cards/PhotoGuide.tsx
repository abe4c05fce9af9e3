import { GuideButtons } from "../GuideSheet";
import { GuidePicture } from "../GuidePicture";
import type { PhotoGuideCard } from "../protocol";

export function PhotoGuideView({ card }: { card: PhotoGuideCard }) {
  return (
    <section className="card" aria-label={card.title}>
      <h3>{card.title}</h3>
      <GuidePicture subject={card.subject} />
      <ol className="tips">
        {card.tips.map((tip) => (
          <li key={tip}>{tip}</li>
        ))}
      </ol>
      <GuideButtons subject={card.subject} onPicked={() => undefined} />
    </section>
  );
}
