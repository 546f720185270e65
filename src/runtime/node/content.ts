import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContentSources } from '../../content.ts'
import type { Source } from '../../sources/source.ts'

const isYaml = (name: string): boolean => /\.ya?ml$/.test(name)

/** The YAML files of a folder in the order of their names; none where there is no such folder. */
function readFolder(folder: string): readonly Source[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter(isYaml)
    .sort()
    .map((name) => join(folder, name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

/** The files of `forms/` and `routing-rules/`, wherever the settings say that they are. */
export const readSources = (folders: { formsDir: string; routingDir: string }): ContentSources => ({
  forms: readFolder(folders.formsDir),
  routing: readFolder(folders.routingDir),
})
