import { useEffect, useRef } from "react";

import { useChat } from "./context";
import { FilePicker } from "./FilePicker";
import { GuidePicture } from "./GuidePicture";
import { CameraIcon, CloseIcon, FileIcon, VideoIcon } from "./icons";
import { GUIDES, KIND_NAMES, limitOf, SUBJECT_KIND } from "./media";
import type { GuideSubject } from "./protocol";

/** Before the camera opens: how far, what light, which side. */
export function GuideSheet({ subject, onClose }: { subject: GuideSubject; onClose(): void }) {
  const { state } = useChat();
  const sheet = useRef<HTMLDivElement>(null);
  const guide = GUIDES[subject];

  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus();
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
      if (event.key === "Tab") keepWithin(event, sheet.current);
    };
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("keydown", pressed);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [onClose]);

  const kind = SUBJECT_KIND[subject];
  const megabytes = Math.round(limitOf(kind, state.config) / (1024 * 1024));
  return (
    <div className="sheet-ground" onClick={onClose}>
      <div
        className="sheet"
        role="dialog"
        aria-modal="true"
        aria-labelledby="guide-title"
        tabIndex={-1}
        ref={sheet}
        onClick={(event) => event.stopPropagation()}
      >
        <div className="sheet-top">
          <h2 id="guide-title">{guide.title}</h2>
          <button type="button" className="icon-button" aria-label="关闭" onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        <GuidePicture subject={subject} />
        <ol className="tips">
          {guide.tips.map((tip) => (
            <li key={tip}>{tip}</li>
          ))}
        </ol>
        <GuideButtons subject={subject} onPicked={onClose} />
        {Number.isFinite(megabytes) && (
          <p className="sheet-note">
            {KIND_NAMES[kind]}不超过 {megabytes} MB，加密保存，只给医生看
          </p>
        )}
      </div>
    </div>
  );
}

export function GuideButtons({ subject, onPicked }: { subject: GuideSubject; onPicked(): void }) {
  const kind = SUBJECT_KIND[subject];
  return (
    <div className="guide-buttons">
      <FilePicker kind={kind} camera className="button button-main" onPicked={onPicked}>
        {kind === "video" ? <VideoIcon /> : <CameraIcon />}
        {kind === "video" ? "现在拍摄" : "现在拍照"}
      </FilePicker>
      <FilePicker kind={kind} className="button" onPicked={onPicked}>
        <FileIcon />
        从相册选
      </FilePicker>
    </div>
  );
}

function keepWithin(event: KeyboardEvent, sheet: HTMLElement | null): void {
  const inside = sheet?.querySelectorAll<HTMLElement>("button, input");
  const first = inside?.[0];
  const last = inside?.[inside.length - 1];
  if (!first || !last) return;
  if (event.shiftKey && (document.activeElement === first || document.activeElement === sheet)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
