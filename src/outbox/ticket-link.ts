/** The address of a ticket on Zammad's screens, and on those of the sandbox. `zammadWebUrl` is where people open it. */
export const ticketLink = (zammadWebUrl: string, id: number): string =>
  `${zammadFrontPage(zammadWebUrl)}#ticket/zoom/${id}`

export const zammadFrontPage = (zammadWebUrl: string): string => `${zammadWebUrl.replace(/\/+$/, '')}/`
