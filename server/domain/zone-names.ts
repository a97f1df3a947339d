/** One-word names of the IANA database that are places or UTC. The others (EST, CET, …) are abbreviations and refused. */
const ONE_WORD =
  'UTC UCT GMT Greenwich Universal Zulu Cuba Egypt Eire GB GB-Eire Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya NZ NZ-CHAT Navajo Poland Portugal PRC ROC ROK Singapore Turkey W-SU'.split(
    ' ',
  )

/** ICU keeps the first spelling a zone ever had; IANA has renamed these since. ICU spelling → IANA name. */
export const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** Old names that are still good and that `Intl.supportedValuesOf` leaves out, by area. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  Africa: 'Timbuktu',
  America:
    'Argentina/ComodRivadavia Atka Ensenada Fort_Wayne Knox_IN Montreal Nipigon Pangnirtung Porto_Acre Rainy_River Rosario Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
  Antarctica: 'South_Pole',
  Asia: 'Ashkhabad Choibalsan Chongqing Chungking Dacca Harbin Istanbul Kashgar Macao Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator',
  Atlantic: 'Jan_Mayen',
  Australia: 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna',
  Brazil: 'Acre DeNoronha East West',
  Canada: 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon',
  Chile: 'Continental EasterIsland',
  Etc: 'GMT Greenwich UCT UTC Universal Zulu',
  Europe: 'Belfast Nicosia Tiraspol Uzhgorod Zaporozhye',
  Mexico: 'BajaNorte BajaSur General',
  Pacific: 'Johnston Samoa Yap',
  US: 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa',
}

/** Which spelling each name has, by its lower-case form: ICU takes any. Names that ICU learns later are in its own list. */
export function spellings(): ReadonlyMap<string, string> {
  known ??= new Map(allNames().map((name) => [name.toLowerCase(), name]))
  return known
}

let known: ReadonlyMap<string, string> | undefined

export interface ZoneName {
  /** Canonical IANA name. */
  name: string
  /** Under which ICU, and so a browser, may still know it. */
  formerNames: string[]
}

/** The zones that people choose from, by name: those of ICU under their present names, and UTC. */
export function zoneNames(): readonly ZoneName[] {
  listed ??= [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone)])]
    .sort()
    .map((name) => ({ name, formerNames: Object.keys(RENAMED).filter((former) => RENAMED[former] === name) }))
  return listed
}

let listed: readonly ZoneName[] | undefined

const oneWords = new Set(ONE_WORD.map((name) => name.toLowerCase()))

/** Whether a text could be the name of a zone that is taken here, whatever its letter case. */
export const hasZoneShape = (zone: string): boolean =>
  zone.includes('/') ? /^[A-Za-z][\w+\-/]{2,63}$/.test(zone) : oneWords.has(zone.toLowerCase())

function allNames(): string[] {
  const old = Object.entries(OLD_NAMES).flatMap(([area, names]) => names.split(' ').map((name) => `${area}/${name}`))
  // POSIX signs: Etc/GMT+12 lies in the west.
  const offsets = Array.from({ length: 27 }, (_, index) => `Etc/GMT${index - 14 < 0 ? '' : '+'}${index - 14}`)
  return [...Intl.supportedValuesOf('timeZone'), ...Object.values(RENAMED), ...ONE_WORD, ...old, ...offsets, 'Etc/GMT-0', 'Etc/GMT0']
}
