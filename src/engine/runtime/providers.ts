/** @file Where a model may run, and what to install where it cannot. */

import { MoatError } from '../errors.ts';
import { host } from '../host/index.ts';

/** `cpu` is always there. In a browser there are `cpu`, `webgpu` and `webnn`; elsewhere it depends on the system. */
export type Provider = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu' | 'webnn' | 'dml' | 'coreml';

export function unavailable(provider: Provider, cause: unknown): MoatError {
  const [first] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return new MoatError(`the provider "${provider}" is not available here`, {
    code: 'PROVIDER_UNAVAILABLE',
    kind: 'unavailable',
    why: `the model runs on the processor, but the runtime says: ${first}`,
    fix: host.name === 'browser' ? (inBrowser[provider] ?? elsewhere) : (inNode[provider] ?? elsewhere),
    cause,
  });
}

const elsewhere = 'leave the option out to run on the processor';

const cuda =
  'on Linux x64 with an NVIDIA driver, CUDA 12 and cuDNN 9, run `npm rebuild onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12`, which fetches the provider from NuGet';

const inNode: Readonly<Partial<Record<Provider, string>>> = {
  cuda,
  tensorrt: `${cuda}; TensorRT 10 must be installed too`,
  webgpu:
    'install a graphics driver with Vulkan 1.1 (Linux: libvulkan1 and the driver of the card), Direct3D 12 or Metal; software drivers are often not enough',
  coreml: 'it is part of macOS only',
  dml: 'it is part of Windows only',
};

const inBrowser: Readonly<Partial<Record<Provider, string>>> = {
  webgpu:
    'use a browser with WebGPU that is switched on and a graphics card that it accepts, on a page served over https or from this machine',
  webnn: 'use a browser with WebNN switched on',
};
