package hearing

// rule is what reveals an intent.
type rule struct {
	intent   Intent
	patterns []pattern
}

// strong, likely and weak are the scores of patterns: strong ones decide alone, likely ones unless something stronger is there, weak ones
// are only worth asking back.
const (
	strong = 0.95
	likely = 0.8
	weak   = 0.5
)

// sure is the least score with which a reading counts without asking.
const sure = 0.7

// rules are tried on every segment. Read only.
var rules = []rule{
	{Hours, all(
		compile(strong, "opening|business|office|working|visiting|store|shop|clinic|weekend|saturday|sunday|holiday|regular|normal|usual hours|ours", "hours of operation|business",
			"what|which|tell ... your|the|you're hours|ours", "your|you're hours|our", "what|which ... hours", "what are you are hours|ours", "opening times|time",
			"when|what time|times ... open|opens|opened|opening|close|closes|closing|closed|shut", "how late|long|early ... open|opened", "how late|early ... close|there|work|working|here",
			"what time do|does ... open|close", "are|is|will|r you|they|office|clinic|shop|we|it|anyone|anybody|y'all|firm ... open|opened|closed|opening",
			"you|guys|office|still|clinic|be|shop|place open|opened|closed", "open|opened|closed|close|opening|closing ... #day", "open|closed now|today|tomorrow|right|currently|yet|late|early",
			"#day ... open|opened|closed|hours", "do you ... open|close", "do you work ... #day", "what|which days ... open|work|closed|close", "open|closed ... lunch|lunchtime|noon", "lunch break|hour",
			"still open|there open", "open|opened at|until|till|past|before|after #time|noon|lunch|midnight", "are you ... open", "you close|closed|closing ... #time|early", "hours|ours ... #day"),
		compile(likely, "^ hours|ours $", "hours please|for", "are|is you|they|anyone|anybody|somebody|someone|office there|in|around|available|working ... #day", "what|which time can|should|could i|we come",
			"can|could|may i|we come|stop|drop|swing|walk in|by|over|down ... #day|#time", "come in|by ... #day ... #time", "latest|earliest ... i|we can come", "#day and? #day? ... open|too|also|as well", "^ what|how about|on|for? on? the? #day and|or? #day?", "^ and? on|for? the? #day and|or? #day? $"),
		compile(weak, "hours", "open", "close", "closed"))},
	{Holidays, all(
		compile(strong+0.01, "holiday|holidays hours|schedule|closures|closing|times", "what|which holidays", "over|during|on ... the|your holidays", "open|closed|close|work ... holidays|vacation", "days ... closed ... year",
			"holidays ... open|closed|close", "any days ... closed", "when ... vacation|holidays|holiday"))},
	{Price, all(
		compile(strong, "break the bank", "how many ... bucks|dollars", "how much is|are|was|does|do|would|will|for|to|did|it|you|the|a|your|i|should|can|money|might", "what|how|whats ... price|prices|cost|costs|charge|pricing", "price|prices|cost|costs|pricing|rate|rates|fee|fees of|for|on",
			"what do|does|would|will|did|are ... cost|charge|run", "#service ... cost|costs|price|prices|fee|fees|charge|run", "price list|range", "how expensive|pricey", "your|the ... rate|rates|fee|fees", "hourly|daily rate|rates|fee", "do you charge ... #service", "what|whats|are ... your|the rates|prices|fees|rate|fee|pricing|charges",
			"charge|charges|charged ... for ... #service", "is ... #service ... free|expensive", "price ... #service", "what ... #service ... run|cost|set me back", "what|how ... pay for ... #service"),
		compile(likely, "how much", "^ price|prices|pricing|cost|costs|rates|fees $", "your prices|rates|fees|pricing|charges", "ballpark|estimate ... for", "afford", "what ... cost|charge", "prices|price please", "expensive"),
		compile(weak, "price", "prices", "cost", "charge", "fee", "expensive", "dollars", "cheap|cheaper"))},
	{Duration, all(
		compile(strong, "how long ... #service ... take|last|be|is", "how long does|will|would|do|is ... #service", "how much time ... #service|take", "how many hours|minutes|visits ... #service"),
		compile(likely, "how long does|will|would it|that|this take|be", "how long ... take"))},
	{Address, all(
		compile(strong, "where ... you|your office|located|location|clinic|shop|at|based|place|building|firm", "where are|is|r you|your|the|office|clinic|y'all|this|it located|located?", "what|which|tell|get|have|give ... address|location", "your|the|business|office|street address|location",
			"what street|floor|city|suite|building", "zip|postal code", "where ... find|located|location", "you located|based", "where you at|are", "whereabouts"),
		compile(likely, "address", "where are|is you|the? office|clinic? $", "postcode|zip", "location"))},
	{Directions, all(
		compile(strong, "directions", "how do|can|could|would|to|should i|we|you ... get|find|reach ... there|to|you|your|office|here", "how to ... get|find ... there|you|to", "which|what bus|exit|subway|train|tram|stop|metro", "by bus|train|car|subway", "public transport|transportation|transit",
			"how ... get|drive there|here|over", "closest|nearest bus|train|station|subway|stop", "i am lost", "can not find|locate you|your|the ... office|place|clinic|building|address?"),
		compile(likely, "landmark|landmarks", "near|close|next to? what", "across from what"))},
	{Parking, all(
		compile(strong, "where|place|places|space|spaces|anywhere|somewhere|spot ... park|parking", "have|is|any|there|your|free|the|about parking|garage|lot", "can|could|do|should i ... park ... my|the|at|near|there|car?"),
		compile(likely, "parking", "park my|the|our car|truck|van"))},
	{Services, all(
		compile(strong, "what|which|list|all ... services|treatments|procedures", "what|which kind|kinds|type|types|sort|sorts of ... services|work|treatments|things|cases|jobs|law|procedures|stuff|matters|problems|dentistry|plumbing",
			"what kind|kinds|type|types|sort of ... services|work|treatments|things|cases|jobs|law|procedures|stuff|matters|problems|dentistry|plumbing", "what do|does|can you|your|the|they guys|office|firm|clinic|company? do|offer|provide|handle|fix|repair", "what do you ... do|offer|provide|handle $",
			"areas of law|practice", "practice areas", "services ... offer|provide|have|do", "list of ... services", "what all do you do", "what you guys? do|offer"),
		compile(likely, "your services", "^ services $", "services please", "what|which things ... do"),
		compile(weak, "services", "offer", "treatments"))},
	{Service, all(
		compile(strong, "do|does|could|would|are|can|will|is you|they|your|the|anyone|anybody|someone ... do|doing|offer|provide|handle|fix|fixes|install|repair|help|have|make|perform|take|deal|work|replace|give|sell|carry|treat|clean|unclog|draft|write|review|practice|cover|service|place|put|pull|remove ... #service",
			"you guys? do|offer|handle|fix|provide|repair|install ... #service", "tell me ... about ... #service", "what is|does|are a|an|the? ... #service ... include|involve|mean|like?", "information|info|details ... about|on|for|regarding ... #service", "#service ... something|service ... you ... do|offer|provide",
			"question|questions|ask|know|learn|hear ... about|regarding|on ... #service", "do you do|have|offer ... #service", "can|could|will|do you|i|they ... #service"),
		compile(likely, "interested in ... #service", "what is|are ... #service", "^ #service $", "^ a|an|the|your|about|and #service please? $", "what|how about ... #service", "is #service ... available|possible"),
		compile(weak, "#service"))},
	{Staff, all(
		compile(strong, "who is|are|was ... #staff|#role", "who ... work|works|working there|here|for|at|with|in", "is|are ... #staff ... a|an|your|the ... #role|doctor|dentist|lawyer|plumber|attorney|partner|hygienist", "tell me ... about ... #staff", "what does|do|is ... #staff ... do|role|job|title|position|practice|specialize",
			"which|what #role|doctor|dentist|lawyer|attorney|plumber|person|specialist|doctors|dentists|lawyers|attorneys ... do|does|handle|handles|is|are|work|works|will|would|should", "name|names of ... #role|owner|doctor|doctors|dentist|dentists|lawyer|lawyers|attorney|attorneys|plumber|staff|partners|boss|manager",
			"who ... see|treat|treats|represent|help|come|sees|handles|handle|fix", "who ... your|the|on ... staff|team|doctors|lawyers|dentists|attorneys|plumbers|doctor|dentist|lawyer|owner|boss|manager|partners|plumber|people", "how many ... doctors|lawyers|dentists|attorneys|plumbers|people|#role", "does #staff ... work|practice|speak|do|have",
			"who does|do the|your? ... #service", "your|the staff|team", "do you have|know|employ ... #staff", "is there a|an ... #staff|doctor"),
		compile(likely, "who are you people", "what doctors|dentists|lawyers|attorneys|plumbers", "do you have a|an|any|female|male ... #role", "spell ... #staff"))},
	{Phone, all(
		compile(strong, "what|which ... your|the|office|direct|main|best ... phone|telephone|fax|callback number", "your|the|office|main phone|telephone|fax number?", "what number ... call|dial|reach|did|is", "your number", "number ... can|do|should i ... call|reach|dial ... you|at?"),
		compile(likely, "phone|telephone|fax number"))},
	{Email, all(
		compile(strong, "your|the|an|what|which|by|via|through|office|have|any email", "email address", "email ... you|office|send|it|them|something|documents|to?"),
		compile(likely, "email"))},
	{Website, all(
		compile(strong, "your|the|a|have|what|on website|web|site|webpage|homepage|url", "web site|page|address?", "website", "internet address|page|site"),
		compile(likely, "online"))},
	{Business, all(
		compile(strong, "what|which company|business|place|office|clinic|firm|shop is|am|did|have|are|do", "who did i call|reach|dial", "did i reach|call|dial ... right|correct|the", "is this|that ... the|a? ... dental|dentist|clinic|plumber|plumbing|law|firm|lawyer|office|right|attorney|attorneys|company $",
			"have|do i ... right|correct number|place|office", "what is|was the|your name? of? ... company|business|office|clinic|firm"),
		compile(likely, "who is this", "who do i have"))},
	{Message, all(
		compile(strong, "leave|take|pass|get|give|send|have|record|drop ... message|messages|massage|voicemail|note", "call|phone|ring|calls me|us|him|her back", "callback|call|calls back", "give|gives me|us|him ... call|ring|callback", "have|ask|get|tell|want|need|like ... call|calls|phone|contact|ring|reach|text me|us",
			"call|contact|reach|phone me|us at|on|when|later|tomorrow|as|about|regarding|today|please|asap|tonight|this?", "return|returning ... call|calls", "get|gets|getting|come back to me|us", "tell|inform him|her|them|#staff|doctor that|to|i|my|we|it", "let him|her|them|#staff|someone|everyone know", "pass|relay ... along|on|message|word|information",
			"i am|will be? ... running? late", "be|am|are ... late for", "missed ... call", "speak|talk to? your voicemail", "a message for", "leave my|a number|name|word"),
		compile(likely, "message", "voicemail", "let you|the|someone|them? know", "contact me", "follow up", "update on my|the|our"))},
	{Appointment, all(
		compile(strong, "make|book|schedule|set|get|have|need|want|arrange|request|like|move|change|confirm|cancel|reschedule|keep|missed|forgot|check|up|push|about|another|my|verify|postpone|time|miss ... appointment|appointments|booking|reservation", "reschedule|rebook|rescheduling|reschedules", "cancel|postpone|move|change|confirm my|the|our|tomorrow|today|an|his|her ... visit|appointment|booking|cleaning|slot|time|session|consultation|#service",
			"book|schedule|scheduled|scheduling ... #service|visit|time|meeting|consultation|checkup|job|someone", "come in|over|by|see for|about ... #service", "want|need|like|get|have ... #service ... done|fixed|repaired|replaced|installed|today|tomorrow|#day|soon|cleaned|pulled|removed|reviewed|drafted|written", "have|any|got|are|is|there|next|first|earliest ... openings|availability|slots|slot|availabilities", "have|any|got|is|are ... available ... #day|week|soon|left|month|morning|afternoon|for", "have|any|got|is|there|an ... opening on|for|in? the? next|this? #day|week|soon|left|month|morning|afternoon|for",
			"next|first|earliest available ... time|slot|appointment|opening|day?", "when can|could|would|will|is ... see|come|get|fit|squeeze|send ... me|in|out|seen|us|someone|somebody|over", "get|fit|squeeze|take me|us|him|her|my ... in", "send|get ... someone|somebody|plumber|technician|guy|person|anybody|anyone out|over|here|to|by|today|tomorrow?", "can|could|would|will|need|have someone|somebody|you|anyone|plumber|they ... come out|over|by|to|look|take|fix|here|today|tomorrow",
			"need|want|looking|like ... plumber|lawyer|attorney|dentist|counsel|legal help|attorneys?", "hire ... lawyer|attorney|plumber|you|someone", "see ... dentist|doctor|lawyer|attorney", "have an? appointment|consultation|booking", "i need|want|would ... appointment",
			"i need|want|require a|an|my|to|new|some|another ... #service", "would like|love to|a|an|my|some ... #service", "looking for|to a|an|get|have? ... #service", "my|the|our|a|have|got|with|one|her|his tooth|teeth|crown|filling|gum|gums|sink|toilet|drain|pipe|pipes|faucet|shower|heater|basement|disposal|boiler|tub|bathtub|tap ... leaking|leak|leaks|broken|broke|clogged|hurts|hurt|hurting|aching|aches|stuck|overflowing|blocked|out|dripping|running|backed|burst|cracked|chipped|off|loose|died|working|work|fell|pain|sore|drain|draining|flush|stopped|pressure|smells|cold",
			"i|he|she|have|just|has broke|chipped|cracked|lost|broken ... tooth|teeth|filling|crown", "have|having|got|with a|an|this|some|really|bad|terrible|pain ... toothache|leak|clog|clogged|cavity|leaking|toothpain|broken|chipped|cracked|tooth", "no|not ... hot water", "no water pressure|pressure", "low water pressure", "i was|got|am|have|been ... injured|sued|evicted|fired|hit|served|suing|rear ended?", "had|was|been|got in|into|an? ... accident|crash", "want|need|like|going|thinking to|about ... sue|divorce|file|incorporate", "getting|get a? divorce|divorced|sued|evicted"),
		compile(likely, "appointment|appointments", "cancel my|our", "book|booking|schedule", "can i come in ... for", "new patient ... like|want|need", "toothache", "tooth hurts|aches", "i ... need ... #service", "i|we have|got|having a|an|some #service", "see someone"),
		compile(weak, "availability", "available", "slot", "come out", "leaking", "clogged", "broken"))},
	{Person, all(
		compile(strong, "speak|talk|talking|speaking|chat|connected|conversation|spoke|talked|speek|connect to|with|two|too? ... person|human|someone|somebody|operator|representative|agent|receptionist|manager|owner|people|anybody|anyone|boss|secretary|staff|supervisor|doctor|dentist|lawyer|attorney|plumber|dispatcher|dispatch|being|assistant|associate",
			"real|live|actual|human person|human|someone|receptionist|agent|being|operator|people|representative|voice", "connect|transfer|transferred|put|patch|pass|forward|switch me|us|through|over|call|to ... to|through|with|over?", "put ... through", "^ operator|representative|agent|receptionist|human|person|representatives|reception|secretary please? $", "an|the|a|your operator|representative|agent|receptionist|human|secretary please",
			"speak|talk|speaking|talking|connected|chat|speek to|with|two ... #staff|#role", "speak|reach|get|have ... #staff ... please|speak|available|phone|line", "is #staff ... there|available|around|in|free|home|today|busy|working", "can|could|may|might i|we have|get|reach|see|speak|catch? #staff", "put|get|give|connect me|us ... #staff", "i would like|want|need #staff", "looking for|trying to|for reach|get? ... #staff", "#staff please",
			"not ... want|wanna|like ... talk|speak|talking|speaking ... machine|robot|computer|ai|bot|recording|assistant|you|thing", "hate|stop ... machine|machines|robot|robots|computers", "someone|somebody who can|could|knows", "someone|somebody else", "get me ... person|human|someone|somebody|manager|owner|operator|representative|front", "^ #staff $", "^ #staff ... please $", "^ doctor|mister|attorney #staff $", "front desk", "talk to|with your? ... human|person", "no|not ... robot|machine|robots|machines|ai|bot $",
			"is there anybody|anyone|someone|somebody ... talk|speak|there|help|real|with", "customer service", "trying to|i reach|am calling|reach for|to? ... #staff", "calling for #staff"),
		compile(likely, "human", "operator", "representative", "talk|speak to|with someone|somebody|anybody", "i want|need a person", "real person", "can|could i|we speak|talk", "^ agent", "is the #role|doctor|dentist|lawyer|owner|manager|boss in|there|available|around", "anybody|anyone there", "reach ... #staff"),
		compile(weak, "person", "someone", "#staff"))},
	{Privacy, all(
		compile(strong, "delete|erase|remove|deleted|erased|removed|destroy|wipe ... data|information|info|details|record|records|recording|recordings|number|name|me", "what ... data|information|info|details ... have|store|keep|stored|kept|hold|know|save ... about|on|me|my", "gdpr|ccpa", "privacy policy|notice|rights|officer|request", "opt out", "unsubscribe", "take me off ... list", "stop|not|quit|never ... call|calling|calls|contact|contacting ... me|us|this ... again|anymore|number|house|home?",
			"copy of my data|information|recording|call|recordings|personal", "who|how ... my|personal data|information ... used|use|see|sees|shared|stored|share|access|store|handle|protected", "sell|share|selling|sharing ... my|our data|information|number|info", "my personal? data", "withdraw ... consent", "object ... to"),
		compile(likely, "privacy", "data protection"))},
	{Recorded, all(
		compile(strong+0.01, "call|this|conversation|we|i|being|getting|are|you record|recorded|recording|recordings|taped ... call|this|me|us?", "record|recording|recorded ... call|this|me|conversation|us", "stop|not|no|do ... record|recording"))},
	{Robot, all(
		compile(strong, "are|is|am|r|were you|this|i|that|it ... robot|human|machine|computer|ai|bot|automated|alive|artificial|recorded|android|chatbot|alexa|siri", "are|is you|this a|an? real|live|actual person|human|someone", "are you ... real|human|person", "is this a recording|machine|person|robot|real|bot|computer|human", "talking|speaking to|with a|an ... machine|robot|computer|human|bot|ai|person|real|recording",
			"am i ... talking|speaking ... machine|robot|computer|human|bot|ai|person|real|recording|to|with", "who am|are i|you speaking|talking? ... to|with", "what is your name", "do you have a name", "you sound like|real"),
		compile(likely, "who are you", "what are you", "your name"))},
	{WrongNumber, all(
		compile(strong, "wrong number|place|person|office|business", "dialed|dialled|called|dial|call ... wrong|mistake|accident", "misdialed|misdialled", "by accident|mistake $"))},
	{Goodbye, all(
		compile(strong, "bye", "goodbye|bye-bye", "good bye", "that is|was|will|would be? all|it|everything", "that is about it", "have a|an ... good|great|nice|wonderful|lovely|blessed ... day|one|evening|weekend|night|afternoon|rest|morning", "nothing else|more|further", "no more|further|other questions", "talk to you later|soon|then", "see you|ya on? later|soon|then|tomorrow|#day", "^ see you|ya $", "okay|alright|right|thanks|you|great|well see you|ya $", "take care", "have a good|great|nice", "i am|we are all? good|done|set|finished", "no i am|we are good|fine|okay|all|done",
			"all|i good|set|done $", "hang up now", "that is|was|should all|do ... i|for|it", "not ... need|have|want anything|nothing else|more|right?", "good night", "that will|should do", "end the|this call", "you have been ... help|helpful|great"),
		compile(likely, "no thank|thanks you?", "all good", "i am good|fine|okay|done", "you too", "later $"))},
	{Thanks, all(
		compile(likely, "thank|thanks", "appreciate", "you are very? kind|helpful|great|awesome", "great|perfect|wonderful|awesome|excellent|lovely|cool $"))},
	{Repeat, all(
		compile(strong, "repeat", "say|run|tell ... that|it|me|this ... again|more", "say again", "^ pardon|sorry|excuse|what|huh|come me? again? $", "pardon me?", "come again", "one more|again time|please", "did|could|can|do not|n't ... catch|hear|understand|get|make ... that|you|it|out|what|all|quite?", "what did|was you|that|it ... say|said|again?", "what was that", "can not|barely|hardly hear ... you", "missed|miss that|it|what", "you ... say|said what", "what|how again $", "once more", "say what", "could|can you speak up|louder", "speak up|louder", "again please", "^ again $", "what do you mean"),
		compile(likely, "louder", "sorry what", "excuse me $", "again $"))},
	{Slower, all(
		compile(strong+0.01, "slow|slower|slowly", "too fast|quick|quickly", "slow down", "so|that|very fast"))},
	{Hold, all(
		compile(strong, "hold|hang on|up|please|the", "just? one|a moment|second|sec|minute|min", "wait ... minute|second|moment|sec|please", "^ wait on|up|a $", "give me a|one|just ... minute|second|moment|sec", "^ let me ... get|grab|find|check|think|look|see", "okay|yes|yeah|sure|well|um|uh|just|sorry|please|hm let me ... get|grab|find|check|think|look|see", "bear with me", "be right back", "^ wait $", "need a|one moment|minute|second"))},
	{Question, all(
		compile(likely, "^ hello|hi|hey|yes|good|morning|i|have|had|got|okay|um|uh|so|also|another|just|a|quick|couple|of|few|some? ... have|had|got a|another|some|few|couple|quick|one|just ... question|questions $", "have|had|got a|another|few|couple|quick|some ... question|questions for? you $", "can|could|may i ask? ... you ... question|something $", "calling|ask about something", "can you help me $", "need|want some|your help $", "i need|could use help|information|some|information $", "i was wondering $", "^ yes i? have? a question $"))},
	{Help, all(
		compile(strong+0.01, "what can|could you do $"), compile(strong, "what|how can|could|else|do you help|do|answer|tell ... with|me? $", "what are my|the options|choices", "^ help|options|menu $", "main menu", "what can i ask|do|say", "how does this work", "press|use ... keypad|keys|buttons|key|button", "keypad"),
		compile(likely, "help me"))},
	{NeverMind, all(
		compile(strong+0.02, "not|never ... leave|take|give ... message|anything|voicemail", "no message"), compile(strong, "never mind|mine", "nevermind", "forget|scratch|drop it|that|about", "^ cancel that|it|this? please? $", "start over|again", "^ stop|skip|cancel $", "do not bother", "changed my mind", "leave it", "^ no message", "go back", "i do not want to leave|give|say", "do not want to leave|give"))},
	{Hello, all(
		compile(likely, "^ hello|hi|hey|hiya|howdy|greetings", "^ good morning|afternoon|evening|day", "can you hear me", "are you there|still", "is this thing on|working", "anybody home", "hello $", "how are you"))},
}

func all(ps ...[]pattern) []pattern {
	var out []pattern
	for _, p := range ps {
		out = append(out, p...)
	}
	return out
}
