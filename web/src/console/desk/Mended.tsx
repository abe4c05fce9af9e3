import { Alert, Button } from "antd";
import { Component, type ReactNode } from "react";

/** A page whose code did not arrive says so, and the rest of the console goes on. */
export class Mended extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Alert
        className="case-problem"
        type="warning"
        showIcon
        role="alert"
        title="连接断开了，这一页没有打开"
        action={
          // A module that failed to load is not asked for again by the browser.
          <Button size="small" onClick={() => location.reload()}>
            重新打开
          </Button>
        }
      />
    );
  }
}
