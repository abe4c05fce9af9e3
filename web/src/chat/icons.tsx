/** Drawn icons: no font, no picture file. Decorative: the words beside them say it. */
import type { ReactNode } from "react";

function Icon({ children, size = 24 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const PlusIcon = () => (
  <Icon size={28}>
    <circle cx="12" cy="12" r="9.5" />
    <path d="M12 7.5v9M7.5 12h9" />
  </Icon>
);
export const SendIcon = () => (
  <Icon size={26}>
    <path d="M12 19V6M6 11.5 12 5.5l6 6" />
  </Icon>
);
export const PhoneIcon = () => (
  <Icon>
    <path d="M5 4h4l1.5 5-2.3 1.6a12 12 0 0 0 5.2 5.2L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.6 1.5C10.500 20 4 13.500 3.500 5.600A1.500 1.500 0 0 1 5 4z" />
  </Icon>
);
export const PersonIcon = ({ size = 22 }: { size?: number }) => (
  <Icon size={size}>
    <circle cx="12" cy="8" r="3.8" />
    <path d="M4.500 20c.6-4 3.600-6 7.500-6s6.900 2 7.500 6" />
  </Icon>
);
export const CameraIcon = () => (
  <Icon size={26}>
    <path d="M3.500 8.500A1.500 1.500 0 0 1 5 7h2.600L9 4.500h6L16.400 7H19a1.500 1.500 0 0 1 1.500 1.500v9A1.500 1.500 0 0 1 19 19H5a1.500 1.500 0 0 1-1.500-1.500z" />
    <circle cx="12" cy="12.800" r="3.600" />
  </Icon>
);
export const ReportIcon = () => (
  <Icon size={26}>
    <path d="M6 3.500h8.500L19 8v12.500H6z" />
    <path d="M14 3.500V8.500h5M9 12.500h6.500M9 16h6.500" />
  </Icon>
);
export const VideoIcon = () => (
  <Icon size={26}>
    <rect x="3" y="6" width="12.500" height="12" rx="2" />
    <path d="m15.500 10.500 5.500-3v9l-5.500-3z" />
  </Icon>
);
export const FileIcon = () => (
  <Icon size={26}>
    <path d="M4 6.500A1.500 1.500 0 0 1 5.500 5H10l2 2.500h6.500A1.500 1.500 0 0 1 20 9v9a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18z" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon size={18}>
    <path d="m5 12.500 4.500 4.500L19 7.500" />
  </Icon>
);
export const PinIcon = () => (
  <Icon size={22}>
    <path d="M12 21c4.500-5 7-8.500 7-11.500a7 7 0 0 0-14 0C5 12.500 7.500 16 12 21z" />
    <circle cx="12" cy="9.500" r="2.500" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);
export const DownIcon = () => (
  <Icon size={18}>
    <path d="M12 5v13M6 12.500l6 6 6-6" />
  </Icon>
);
export const AlertIcon = () => (
  <Icon size={26}>
    <path d="M12 3.500 22 20.500H2z" />
    <path d="M12 10v5M12 17.600v.2" />
  </Icon>
);

/** The assistant's face: an apricot with a cross, 杏林. */
export function Apricot() {
  return (
    <svg viewBox="0 0 64 64" className="avatar" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="12" className="avatar-ground" />
      <path d="M32 11c11 7 15 15.500 15 23.500a15 15 0 0 1-30 0C17 26.500 21 18 32 11z" fill="#f6e3c5" />
      <path d="M29 27h6v6h6v6h-6v6h-6v-6h-6v-6h6z" className="avatar-cross" />
    </svg>
  );
}
