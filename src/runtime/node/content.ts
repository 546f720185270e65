import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContentSources } from '../../content.ts'
import type { Source } from '../../sources/source.ts'

/** Names with a dot before them are those of editors, for files that are not finished. */
const isYaml = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name)

const isRouting = (name: string): boolean => isYaml(name) || /^[^.].*\.ics$/.test(name)

/**
 * The files of a folder that an owner writes, YAML and calendars (`.ics`) unless `isWanted` tells others, in the order of
 * their names; none where there is no such folder.
 */
export function readFolder(
  folder: string,
  isWanted: (name: string) => boolean = isRouting,
): readonly Source[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter(isWanted)
    .sort()
    .map((name) => join(folder, name))
    .map(readOne)
}

function readOne(path: string): Source {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { path, text: '', unreadable: `cannot be read (${why})` }
  }
}

/** The files of `forms/` and `routing-rules/`, wherever the settings say that they are. */
export const readSources = (folders: { formsDir: string; routingDir: string }): ContentSources => ({
  forms: readFolder(folders.formsDir, isYaml),
  routing: readFolder(folders.routingDir),
})
