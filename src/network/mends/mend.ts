/** A mend: a better kernel or gradient put in the place of one of tfjs 4.22's, and taken out again. */
import * as tf from "@tensorflow/tfjs-core";

export interface Mend {
  readonly name: string;
  /** The backend whose kernel it replaces; null for gradients, which serve every backend. */
  readonly backend: string | null;
  /** Puts it in place and returns how to undo that. */
  install(): () => void;
}

/** What kernels of the wasm backend see of it. */
export interface KernelBackend {
  disposeData(dataId: object): void;
}

export type Info = tf.TensorInfo;
export type Attributes = Record<string, unknown>;
export type Kernel = (call: { inputs: Record<string, Info>; attrs: Attributes; backend: KernelBackend }) => Info;

/** Replaces a kernel; `make` gets the kernel that was there, or null where the backend lacked it. */
export function replaceKernel(kernelName: string, backendName: string, make: (original: Kernel | null) => Kernel) {
  return () => {
    const old = tf.getKernel(kernelName, backendName);
    const put = (config: tf.KernelConfig): void => {
      if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel(config);
    };
    const kernelFunc = make((old?.kernelFunc as Kernel | undefined) ?? null) as unknown as tf.KernelFunc;
    put({ ...(old ?? { kernelName, backendName }), kernelFunc }); // keeps the setup of the kernel below
    return () => (old ? put(old) : tf.unregisterKernel(kernelName, backendName));
  };
}

/** Replaces a gradient. */
export function replaceGradient(gradient: tf.GradConfig) {
  return () => {
    const old = tf.getGradient(gradient.kernelName);
    tf.registerGradient(gradient);
    return () => (old ? tf.registerGradient(old) : tf.unregisterGradient(gradient.kernelName));
  };
}

/**
 * Kernels called from within a kernel: past the tape, so the results are counted by nobody. Everything made by `run` is
 * disposed by `result`, save what it returns.
 */
export class Scratch {
  private readonly made: Info[] = [];

  constructor(
    private readonly backendName: string,
    private readonly backend: KernelBackend,
  ) {}

  run(kernelName: string, inputs: Record<string, Info>, attrs: Attributes = {}): Info {
    const kernel = tf.getKernel(kernelName, this.backendName);
    if (!kernel) throw new Error(`a mend needs the kernel ${kernelName}, which ${this.backendName} lacks`);
    return this.add((kernel.kernelFunc as unknown as Kernel)({ inputs, attrs, backend: this.backend }));
  }

  /** Takes over what was made elsewhere. */
  add(made: Info): Info {
    this.made.push(made);
    return made;
  }

  result(kept: Info): Info {
    for (const info of this.made) if (info !== kept) this.backend.disposeData(info.dataId);
    return kept;
  }
}
