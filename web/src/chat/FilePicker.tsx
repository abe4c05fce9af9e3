import { useId, type ReactNode } from "react";

import { useChat } from "./context";
import { kindOf } from "./media";
import type { MediaKind } from "./protocol";

interface FilePickerProps {
  kind: MediaKind;
  /** Open the camera at once instead of the album. */
  camera?: boolean;
  className: string;
  onPicked(): void;
  children: ReactNode;
}

/** A button that opens the phone's camera or album: a real input, so that the keyboard reaches it. */
export function FilePicker({ kind, camera = false, className, onPicked, children }: FilePickerProps) {
  const { chat, state } = useChat();
  const id = useId();
  const types = state.config?.accepted_types[kind] ?? [`${kind}/*`];
  return (
    <label className={`picker ${className}`} htmlFor={id}>
      <input
        id={id}
        type="file"
        className="unseen"
        // "image/*" lets every phone offer its album; the list is checked again when the file is picked.
        accept={kind === "image" ? "image/*" : kind === "video" ? "video/*" : types.join(",")}
        multiple={kind === "image" && !camera}
        {...(camera ? { capture: "environment" as const } : {})}
        onChange={(event) => {
          for (const file of event.target.files ?? []) {
            const found = kindOf(file.type);
            // A picture picked as a file is a picture: it gets a thumbnail and the picture's limit.
            chat.sendFile(file, kind === "file" && (found === "image" || found === "video") ? found : kind);
          }
          event.target.value = "";
          onPicked();
        }}
      />
      {children}
    </label>
  );
}
