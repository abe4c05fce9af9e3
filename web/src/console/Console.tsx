import { Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { account, type Me } from "./account";
import { Desk } from "./desk/Desk";
import { SignIn } from "./SignIn";

/** The whole console: signing in, then the pages of whoever it is. */
export function Console() {
  const [me, setMe] = useState<Me | null>();
  const [ended, setEnded] = useState("");
  useEffect(() => {
    account.me().then(setMe, () => setMe(null));
  }, []);
  const end = useCallback((why = "") => {
    setEnded(why);
    setMe(null);
  }, []);
  if (me === undefined) return <Spin className="centre" aria-label="正在打开" />;
  if (me === null) return <SignIn onDone={setMe} ended={ended} />;
  return <Desk me={me} onEnded={end} />;
}
