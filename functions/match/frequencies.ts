/**
 * Starter term frequencies: the share of people in England who bear a name.
 *
 * Source: approximate, general knowledge, to be trained on the hub's own subjects. The figures are rounded guesses of
 * the order of magnitude, for the commonest names only; agreement on a commoner name says less (Newcombe 1959, Winkler).
 * Unit of the tables: people in 10,000. Every other name has the floor.
 */
const perTenThousand = (table: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    table
      .trim()
      .split("\n")
      .flatMap((line) => {
        const [share, ...names] = line.split(" ");
        return names.map((name) => [name, Number(share) / 10_000] as const);
      }),
  );

const family = perTenThousand(`
120 smith
75 jones
55 taylor williams brown
45 davies
40 patel khan wilson evans
33 thomas johnson roberts
30 walker wright robinson thompson white hughes edwards singh kaur
27 ahmed hussain green hall wood harris lewis martin ali
25 jackson clarke clark turner hill scott cooper moore
22 morris ward morgan king watson baker begum harrison
20 allen mitchell anderson james lee bell phillips parker davis bennett
17 miller cook shaw richardson carter cox collins young griffiths price
15 marshall adams simpson wilkinson stevens murphy ellis mason campbell foster gray webb
13 kelly rogers mills palmer holmes hunt knight chapman lloyd stewart butler barnes russell
12 matthews fisher barker powell jenkins dixon harvey graham pearson fletcher owen hudson
10 islam rahman akhtar shah malik iqbal bibi mahmood hussein mohamed miah uddin
10 howard andrews reynolds ford saunders walsh fox stone day brooks west payne elliott
10 murray bailey cole gibson spencer lane hart perry burton bradley hamilton
8 kennedy ryan obrien macdonald mcdonald reid robertson mcdonnell oconnor sullivan doyle
8 hayes french grant lawrence berry dunn newman carr george perkins watts
6 nguyen chen wong li wang zhang kowalski nowak popa silva santos okafor adeyemi mensah hassan
6 chowdhury choudhury sharma kumar gill dhillon sandhu mistry desai shaikh sheikh rehman raja mirza
`);

const given = perTenThousand(`
170 david john
150 michael paul
130 peter robert
110 james andrew margaret
95 mary susan william richard mark christopher
80 stephen thomas patricia elizabeth jean christine anthony
70 mohammed barbara daniel sarah brian joan george kenneth alan matthew
60 linda jennifer maureen jane julie karen helen ann anne kevin ronald
50 joseph dorothy charles simon martin steven edward gary raymond philip dennis derek
45 sheila doreen janet shirley carol jacqueline jack sandra pamela brenda kathleen
40 emma laura rebecca claire gillian lisa nicola amanda samantha deborah tracey sharon angela
35 joyce irene eileen rose betty doris rita sylvia marjorie audrey hilda edna gladys elsie ethel
35 frank arthur albert ernest harold leslie stanley fred frederick walter norman ronald donald
30 jonathan benjamin samuel joshua adam luke ryan nicholas timothy alexander jason darren ian neil graham
30 hannah charlotte katherine catherine victoria jessica lucy amy emily rachel michelle louise kelly
25 roger roy keith trevor gerald eric geoffrey terence colin barry malcolm nigel stuart craig lee
25 valerie judith hazel beryl marion vera joanne wendy lesley diane diana marie maria anna
20 ali ahmed hussain muhammad mohammad mohamed abdul fatima aisha harry oliver jacob
20 alice ruth olive ivy violet florence edith phyllis winifred lilian kathryn kate katie grace ella
15 patrick francis vincent gordon douglas ralph cyril sidney reginald bernard victor leonard herbert
15 olivia sophie chloe megan ellie natalie gemma stephanie kirsty heather alison lynn lynne yvonne
10 ibrahim yusuf omar hassan syed nasreen shabana zainab khadija priya sunita raj rajesh sanjay gurpreet
10 harpreet jaswinder surinder anita rekha piotr krzysztof agnieszka katarzyna anna magdalena andrei
`);

export interface Frequencies {
  /** Folded name -> share of people, 0 to 1. */
  readonly family: Readonly<Record<string, number>>;
  readonly given: Readonly<Record<string, number>>;
  /** Share given to every name that is not listed. */
  readonly familyFloor: number;
  readonly givenFloor: number;
  readonly source: string;
}

export const starterFrequencies: Frequencies = {
  family,
  given,
  familyFloor: 0.0003,
  givenFloor: 0.0006,
  source: "approximate, general knowledge, to be trained",
};
