/** An image in one file, as `docker save` writes it, made of a directory without a registry. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ImageContent {
  /** With a tag, such as `localhost/pause:1`. */
  readonly name: string;
  readonly root: string;
  readonly entrypoint?: readonly string[];
  /** `NAME=value`, each. */
  readonly environment?: readonly string[];
}

/** Everything belongs to root and is as old as time: the same files make the same image. */
const UNIFORM = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

const PATH = 'PATH=/usr/local/bin:/usr/bin:/bin';

/** Writes the image to `archive`, whole or not at all. */
export function packImage(archive: string, content: ImageContent): void {
  const { name, root, entrypoint = [], environment = [] } = content;
  const work = mkdtempSync(join(dirname(archive), '.image-'));
  try {
    const layer = 'layer.tar';
    tar(['--create', '--file', join(work, layer), ...UNIFORM, '--directory', root, '.']);
    const sha256 = createHash('sha256')
      .update(readFileSync(join(work, layer)))
      .digest('hex');
    const config = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: entrypoint, Env: [PATH, ...environment] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256}`] },
    };
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: [layer] }];
    writeFileSync(join(work, 'config.json'), JSON.stringify(config));
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest));
    const whole = join(work, 'image.tar');
    tar(['--create', '--file', whole, '--directory', work, 'manifest.json', 'config.json', layer]);
    renameSync(whole, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function tar(args: readonly string[]): void {
  const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar ${args.join(' ')}: ${stderr}`);
}
