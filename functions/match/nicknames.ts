/**
 * Given names that one person may go by; commas part the groups, and the first of each is its full form.
 *
 * Provenance: written by hand for this project from general knowledge of names used in England: English, Scottish,
 * Welsh and Irish short forms; spellings of Arabic, Urdu, Bengali, Punjabi, Gujarati, Tamil and Somali names in Latin
 * letters; Polish, Romanian, Lithuanian, Ukrainian, Portuguese, Spanish, Italian, Greek and Turkish diminutives;
 * short forms of Yoruba, Igbo and Akan names; English names taken beside Chinese ones are not guessed. No list was copied.
 * A name may stand in several groups (Alex, Pat, Sam): two names are the same to us when they share one.
 */
const groups = `
william bill billy will willie wills liam gwilym, robert bob bobby rob robbie bert robin
richard dick rick ricky rich richie, james jim jimmy jamie jem seamus, john jack johnny jon johnnie ian sean
jonathan jon jonny johnathan jonathon, edward ed eddie ted teddy ned, edmund ed eddie ted ned, edwin ed eddie
charles charlie chas chuck charley, thomas tom tommy, henry harry hal hank, harold harry hal, george georgie
joseph joe joey jo josef, michael mike mick mickey micky mikey, david dave davey dai dafydd, daniel dan danny
stephen steve steven stevie steph, peter pete, andrew andy drew andre, anthony tony antony ant
christopher chris kit topher, patrick pat paddy padraig, patricia pat patsy trish tricia patty
francis frank frankie fran, frances fran frankie fanny francesca, frederick fred freddie freddy frederic
alfred alf alfie fred, albert bert al bertie, herbert bert herb bertie, hubert bert, gilbert gil bert, arthur art arty
walter wally walt, ronald ron ronnie, donald don donnie, kenneth ken kenny, raymond ray, leonard len lenny leo
leslie les lesley, stanley stan, sidney sid sydney syd, reginald reg reggie, victor vic, vincent vince vinny
ernest ernie, cyril cy, dennis denis den, douglas doug dougie, gordon gordy, geoffrey geoff jeff jeffrey
gerald gerry jerry ged, gerard gerry ged jerry, jeremy jerry jez, jeremiah jerry, terence terry terrence tel
timothy tim timmy, nicholas nick nicky nicolas nic, nicola nicky nic nikki nicole, matthew matt matty, mark marc
philip phil phillip pip, gregory greg, lawrence larry laurie lawrie laurence, benjamin ben benny benji
samuel sam sammy, samantha sam sammy, simon si, alexander alex al sandy alec alasdair alistair alastair sasha xander
alexandra alex sandra sandy lexi alexa sasha, alan allan allen al alun, martin marty martyn, nathaniel nathan nat nate
nathan nat nate, zachary zach zack zac, joshua josh, jacob jake jakub kuba, theodore theo ted teddy, maxwell max
maximilian max, dominic dom nick, frederica freddie, graham graeme grahame, hugh hughie huw, hugo hugh, ivor ifor
evan ieuan ifan, owen owain, rhys rees reece reese, gareth gary gaz, gary garry gaz, barry baz, darren daz
clifford cliff, clive cliff, trevor trev, neville nev, norman norm, roland roly rowland, rodney rod, roderick rod rory
roger rog, rupert ru, oliver olly ollie, oscar ossie, angus gus, augustus gus, duncan dunc, malcolm mal
archibald archie baldie, fergus gus, eoin owen eoghan, siobhan shivaun chevonne, niamh neve, sinead sinhead
margaret peggy maggie meg madge marge margie greta rita daisy mags peg margot marjorie, marjorie marge margie madge
elizabeth liz lizzie beth betty bess betsy eliza libby lisa elsie lilibet bessie liza elisabeth elspeth
katherine kate kathy katie kath kitty kathryn catherine cathy cath katharine kay kit catriona kat katy kathleen
kathleen kath kathy kate kay cath, catherine cath cathy kate kitty cate, mary molly polly may mamie moll maire mair
marie mary maria, maria mary, ann anne annie nan nancy anna, anna annie ania hanna, hannah anna hanna
jane jenny janey janie, janet jan jenny jess, janice jan, jennifer jen jenny jenni, joan joanie, joanna jo joanne jojo
josephine jo josie jojo, susan sue susie suzy suzanne susanna susannah, suzanne sue suzie
dorothy dot dotty dolly dottie dora dorothea, florence flo florrie flossie, gladys glad, winifred win winnie freda
hilda hildy, edith edie, ethel eth, elsie else, doris dorrie, lilian lily lil lillian lilly, rosemary rose rosie
rose rosie, violet vi, vivian viv vivien vivienne, beatrice bea beattie trixie, bernadette bernie, bernard bernie
barbara barb babs barbie basia, brenda bren, christine chris chrissie tina christina, christina chris tina chrissie
cynthia cindy, deborah deb debbie debra debs, diana di diane dianne, doreen dor
eleanor ellie nell nellie nora elinor ellen lenore, ellen nell nellie ellie, helen nell nellie ellie elena helena
emily em emmie millie, emma em emmy, emmeline em emmie, amelia amy millie mia milly, mildred millie
gillian gill jill jillian, geraldine gerry, georgina georgie gina georgia
isabel izzy bella isabella belle isobel isabelle ishbel, jacqueline jackie jacqui jacky, jessica jess jessie
judith judy jude, julia julie jules, juliet jules, laura lori laurie, linda lin lyn lynda, lynn lynne lyn
louise lou louisa, louis lou lewis luis, lucy lucie lucille lu, lydia liddy, maureen mo, moira mo moyra maura
matilda tilly mattie, melanie mel, melissa mel, michelle shell chelle, miriam mim, natalie nat, natasha tasha nat
olive livvy, olivia liv livvy olly, pamela pam, penelope penny, philippa pip pippa, phyllis phyl, priscilla cilla
rachel rach, rebecca becky becca bex, roberta bobbie, ruth ruthie, sarah sally sadie sara, sally sal, sandra sandy
shirley shirl, sheila sheelagh shelagh, stephanie steph stevie, teresa terry tess theresa tessa tracy, thelma thel
tracey tracy, ursula ulla, valerie val, veronica ronnie vera, victoria vicky vic tori vikki, virginia ginny
yvonne eve evonne, zoe zoey, charlotte lottie charlie lotte, caroline carrie carol caz carolyn, carol carole caroline
abigail abby abi gail, angela angie ange, antonia toni, constance connie, gwendoline gwen gwendolyn gwenllian
harriet hattie, henrietta etta hettie, hester hetty esther, imogen immy, margery marge, marian marion, muriel mu
agnes nessie aggie, alice ali allie, alison ali, audrey aud, averil avril, eileen aileen, eunice una, eva eve evie
evelyn eve evie, heather hev, irene rene reenie, jean jeannie jeanne jeanette
mohammed mohammad muhammad mohamed mohamad muhammed mahomed mohd md mohamud mahammed muhamed mo
mahmud mahmood mahmoud mehmood, mehmet memet, ahmed ahmad ahmet achmed, hussain hussein husain hossain husein hosein
hasan hassan hasaan, ali aly, abdul abdel abd abdool, abdullah abdulla abdallah abdullahi
abdulrahman abdurrahman abdirahman abdur rahman rehman, ibrahim ebrahim ibraheem abraham avi, ismail ismael esmail
yusuf yousef yusef yousuf yusif youssef joseph, yunus younus younis, umar omar omer, usman uthman osman othman usmaan
bilal billal, hamza hamzah, imran emran, iqbal ekbal, tariq tarek tarik tareq, khalid khaled, rashid rasheed
salim saleem selim, karim kareem, rahim raheem, nasir naser nasser, jamal gamal jamaal, mustafa mostafa moustafa
mukhtar muktar, syed sayed said saeed sayyid, sheikh shaikh shaik, shahid shaheed, zubair zubayr, faisal faysal
fatima fatema fatimah fathima faatima fatma, khadija khadijah hadija kadija, aisha ayesha aysha aishah aicha ayse
maryam mariam miriam meryem, zainab zaynab zeinab, amina aminah ameena amena, halima haleema, nasreen nasrin
nazia naziya, noor nur nour, parveen parvin, rukhsana ruksana, rubina robina, sadia saadia
safiya safia safiyyah sofia, salma selma, samina sameena, shabana shabanah, shahnaz shanaz, shazia shaziya
sumaiya sumaya sumayyah, yasmin yasmeen jasmin jasmine yasemin, zahra zara zahara, harpreet preet, gurpreet preet guri
manpreet preet mani, amarjit amar, balwinder bal balvinder, baljit bal baljeet, gurdeep deep, hardeep deep
jaswinder jas jasvinder, jasbir jas, kulwinder kulvinder kul, lakhbir lakhvir, manjit manjeet, parminder parvinder
paramjit paramjeet pam, ranjit ranjeet, sukhwinder sukhvinder sukh, sukhdev sukh, surinder shinder surjinder
surjit surjeet, satnam sat, rajesh raj rajeev, rajinder raj rajender, rajendra raj, ramesh rameshbhai
suresh sureshbhai, mahesh maheshbhai, dinesh dineshbhai, jayesh jay, jitendra jitu jeetendra, kishor kishore
lakshmi laxmi, krishna krishnan, subramaniam subramanian subra, sivakumar siva, priya priyanka, sunita suneeta
vijay vijaya, aleksandra ola alexandra, aleksander olek alexander, agnieszka aga agnes, andrzej andrew jedrek
anna ania anka, bartlomiej bartek bartosz, boguslaw bogdan, czeslaw czesiek, dariusz darek, dorota dorotka
elzbieta ela elizabeth, ewa ewka eva, franciszek franek francis, grzegorz gregory grzesiek, halina hala
henryk henry heniek, irena irka irene, iwona yvonne, jadwiga jadzia, jan janek john jasiek, janusz janek
jerzy george jurek, jozef jozek joseph, justyna justine, kamil camil, katarzyna kasia katherine kaska
krystyna krysia christina, krzysztof krzysiek christopher, leszek lech, lukasz luke, maciej maciek matthew
magdalena magda magdalene, malgorzata gosia margaret malgosia, marcin martin, marek mark, maria marysia
mateusz matthew mati, michal michael, mikolaj nicholas, monika monica, pawel paul, piotr peter piotrek, rafal raphael
ryszard richard rysiek, slawomir slawek, stanislaw stan staszek, stefan stephen, tadeusz tadek, tomasz tomek thomas
urszula ula ursula, waclaw wacek, waldemar waldek, wieslaw wiesiek, wieslawa wiesia, wladyslaw wladek, wojciech wojtek
zbigniew zbyszek, zofia zosia sophie, zuzanna zuza susanna, joanna asia, barbara basia, teresa terenia, jolanta jola
beata beatka, oluwaseun seun, oluwatobi tobi tobiloba, oluwafemi femi, oluwaseyi seyi, oluwatosin tosin
oluwakemi kemi, oluwadamilola damilola dami, oluwatoyin toyin, oluwadare dare, oluwole wole, olufunke funke funmilayo
olufunmilayo funmi funmilayo, olusegun segun, olumide mide, olubunmi bunmi, olayinka yinka, adebayo bayo ade
adewale wale ade, adeola ola, adekunle kunle ade, adesola sola, temitope temi tope, temitayo tayo temi
ayodele ayo dele, ayomide ayo, babatunde tunde baba, folasade sade folashade shade, folake fola, omolara lara
modupe dupe, titilayo titi, yetunde yeti, abimbola bimbola bimbo, chukwuemeka emeka, chukwudi chudi, chukwuma chuma
chinedu nedu edu, chinonso nonso, chidinma dinma, chioma oma, ifeanyi ify, ifeoma ify, ikechukwu ike, ngozi ngo
nnamdi namdi, obinna obi, uchenna uche, ugochukwu ugo, kwabena kobina kobby, kwadwo kojo, kwaku kweku, kwame kwamena
yaw yao, akosua akos, abena araba, kofi fiifi, ekaterina katya catherine, aleksandr sasha alexander oleksandr
oleksandra sasha lesia, dmitri dima dmitry dmytro, ivan vanya, mikhail misha mykhailo, mykola kolya nikolai
natalia natasha nataliya natalya, olena lena elena, olha olga, serhiy sergei sergiy, svitlana svetlana sveta
tetiana tatiana tanya tatyana, volodymyr vladimir vova, yevhen evgeny zhenya, yuliia yulia julia
andrei andrew andriy andrii, alexandru alex sandu, constantin costel, gheorghe george, ioan ion john, ioana ioanna
mihai mihail mihaita, nicolae nicu, stefan stefanel, vasile vasilica, jose pepe, francisco paco, manuel manolo
joao john, antonio toni tony, giuseppe pino beppe joseph, giovanni gianni john, luigi gino, salvatore sal
vincenzo enzo, domenico mimmo, francesco franco ciccio, konstantinos costas kostas, georgios george yiorgos
ioannis yiannis john, dimitrios dimitris jimmy, panayiotis panos peter, andreas andy, eleni helen elena, maria marika
vasiliki vasso, nguyen nguyn, huseyin hussein, ismet ismat, hatice hatidje, mehmet mehmed mohammed, mustafa mustapha
omer umer, abdi abdirahman, faduma fadumo fatima, hodan hoodan, mohamed maxamed, farah faarax, asha aasha aisha
yusuf yuusuf
`;

const members: readonly (readonly string[])[] = groups
  .trim()
  .split(/,\s|\n/)
  .map((group) => group.split(" "));

const groupsByName = new Map<string, readonly number[]>();
for (const [group, names] of members.entries())
  for (const name of new Set(names)) groupsByName.set(name, [...(groupsByName.get(name) ?? []), group]);

/** The whole table, so that a model's version can tell which one it was frozen with. */
export const nicknameTable = groups;

const none: readonly number[] = [];

/** True when the two different names may be forms of one. */
export function areNicknames(a: string, b: string): boolean {
  const other = groupsByName.get(b) ?? none;
  return a !== b && (groupsByName.get(a) ?? none).some((group) => other.includes(group));
}

/** The full forms a name may stand for (the first of each group), or itself: what blocking files it under. */
export function fullForms(name: string): readonly string[] {
  const found = groupsByName.get(name);
  return found ? [...new Set(found.map((group) => members[group]?.[0] ?? name))] : [name];
}
