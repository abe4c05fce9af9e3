import { Form, Input } from "antd";

/** The field `code` of a form: six digits; `onFull` is called with the last one. */
export function CodeInput({ label, onFull, focus = true }: { label: string; onFull?: () => void; focus?: boolean }) {
  return (
    <Form.Item
      label={label}
      name="code"
      // People type the space that the device shows.
      normalize={(typed: string) => typed.replace(/\s/g, "")}
      rules={[
        { required: true, message: "请输入动态码" },
        { pattern: /^\d{6}$/, message: "动态码是 6 位数字", validateTrigger: "onSubmit" },
      ]}
    >
      <Input
        className="code-input"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus={focus}
        maxLength={7}
        onChange={(event) => {
          if (onFull && /^\d{6}$/.test(event.target.value.replace(/\s/g, ""))) setTimeout(onFull);
        }}
      />
    </Form.Item>
  );
}
