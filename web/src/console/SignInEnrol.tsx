import { Alert, Spin } from "antd";
import { useEffect, useState } from "react";
import { account, type Offered, type SignInStep } from "./account";
import { EnrolForm } from "./AccountEnrol";
import { RecoveryCodes } from "./AccountRecoveryCodes";
import { ApiError, sentence } from "./http";

interface Props {
  onNext: (step: SignInStep) => void;
  onRestart: () => void;
}

/** The first time: scan, prove with a code, keep the recovery codes. Nothing of the console opens without it. */
export function SignInEnrol({ onNext, onRestart }: Props) {
  const [offered, setOffered] = useState<Offered>();
  const [codes, setCodes] = useState<string[]>();
  const [step, setStep] = useState<SignInStep>();
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let stopped = false;
    account.offerFactor().then(
      (given) => !stopped && setOffered(given),
      () => !stopped && onRestart(),
    );
    return () => {
      stopped = true;
    };
  }, [onRestart]);
  const confirm = async (code: string) => {
    setBusy(true);
    try {
      const { recovery_codes, ...next } = await account.confirmFactor(code);
      setStep(next);
      setCodes(recovery_codes);
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 409) return onRestart();
      setRefused(sentence(problem));
      setBusy(false);
    }
  };
  if (codes && step) return <RecoveryCodes codes={codes} onKept={() => onNext(step)} />;
  if (!offered) return <Spin />;
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <EnrolForm offered={offered} busy={busy} onCode={(code) => void confirm(code)} />
    </>
  );
}
