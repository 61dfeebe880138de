/*
 * The sealed wire: pairing, session set-up, keys, envelope. Checked by test/protocol/model.sh with spin, exhaustively.
 * What time, epochs and bursts do to a lease is searched in lease.pml; here it is who a frame is from.
 *
 * First part (no option): a belt with two places for centrals, the person's controller, a thief who holds the person's
 * older key, and a stranger without any. All three are on the air: they hear, drop, delay, double, reorder, splice and
 * replay everything, also over other links, later connections and reboots; they write in the open whatever they like.
 * What is shown
 *  (d)  light on a paired belt only for a controller that holds the key that stands now, on a link it set up itself;
 *       and for the person's controller: only after its person's act, while it has named a tick of less than one TTL
 *       in this session, epoch and connection. So nothing replayed, reflected, spliced or in the open prolongs it;
 *  (e)  STOP from anybody, with or without a key, in any state: dark, and nothing sent before it lights again;
 *  (f)  what one controller proved seals one link, once, in the boot that it was proved to;
 *  (g)  a key comes from a pairing in a window that a hand opened, in the dark; what is sealed with a key that does not
 *       stand any more is closed;
 *  (h)  whose pairing was answered gets in with the key it holds, unless a holder of the older key came first.
 * Second part (-DENVELOPE): the counters of one direction of one link, scaled down to a low half of MODULUS and a WINDOW.
 *  (i)  each frame counts at most once, no type goes back, and what counts was sealed by the peer for this direction;
 *  (j)  a frame that others of another type have overtaken, by less than the window, still counts: no PAUSE is thrown away.
 *
 * Assumptions. Each is held by a test of that number in test/protocol/model/.
 * B1: every exchange draws fresh keys and nonces on both ends, so that no two connections share a session key
 * B2: a proof is over hello, offer, boot epoch and long-term key: it fits one exchange of one boot and no other
 * B3: a frame opens only on the link, in the direction and under the counter that it was sealed for
 * B4: a paired belt takes no plain frame but a handshake, and a sealed link takes not even that: only STOP stays open
 * B5: STOP is taken from any central, with any bytes, in every state of the belt and of the link
 * B6: a belt has places for two centrals, and one owner: leases, ARM, PAUSE and RESUME of anybody else are not taken
 * B7: pairing needs the window, 60 s from a hand on the belt, the label, and a belt without a session
 * B8: a new key is provisional until its first session: it locks nothing and leaves the older key in force
 * B9: a key that is confirmed replaces the older one of its controller and closes the links sealed with that
 * B10: a provisional key is not confirmed while a session is under way
 * B11: a wrong proof makes the next exchange on that link, and on no other, try the other key
 * B12: link loss and reboot end the session, the keys of the link and an exchange under way; long-term keys stay
 * B13: sealing a link forgets what was prepared in the open
 * B14: a receiver goes 1,024 counters forward at most: more than the frames of the 10 s that end a silent session
 * B15: the counter is forward for each type by itself, over all characteristics of a link
 * B16: the controller with a key takes nothing plain from its belt, and no word in the open makes it speak plain
 *
 * Scaled down: keys and frames are searched apart, keys with leases of one tick; a TTL of 2 ticks (lease.pml has all
 * four); attempts, boots, keys, epochs and PREPAREs as below. The belt is taken to be worse than it is: its chance repeats after a reboot, and then the boot epoch alone keeps boots apart.
 */
#ifndef ENVELOPE

#ifndef TTL
#define TTL 2
#endif
#ifndef GONE
#define GONE 2
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2 /* session set-ups of the person's controller */
#endif
#ifndef OFFERS
#define OFFERS 2   /* of the belt in one boot */
#endif
#ifndef BOOTS
#define BOOTS 2
#endif
#ifndef KEYS
#define KEYS 2     /* the first one, which the thief has, and a newer one */
#endif
#ifndef RESUMES
#define RESUMES 1
#endif
#ifndef PREPARES
#define PREPARES 2
#endif
#define NONE 2     /* no place */

mtype = { idle, prepared, armed, paused };       /* the belt; countdown and armed are one here */
mtype = { plain, offered, sealed };              /* a link; whether a plain one is connected makes no difference */
mtype = { stranger, person, thief };             /* ghost: who set the link up */
mtype = { none, PREPARE, ARM, RESUME };

/* the belt */
byte bKey;           /* the key that stands; 0: not paired */
byte bProvisional;   /* from a pairing that no session has confirmed yet */
byte bOlder;         /* only with OLD_KEYS_KEPT */
byte boot = 1;
byte offers;         /* made in this boot; their number is all the chance that the belt has */
mtype bState = idle;
byte owner = NONE;
byte bEpoch, bNonce, nonces, bLeaseLeft;
byte bNewest = GONE;
bool bZones;

/* its links */
mtype lState[2] = plain;
mtype lWho[2] = stranger;
byte lHello[2];      /* which hello of the person's controller; 0: somebody else's */
byte lOffer[2];
byte lKey[2];
bool lOther[2];      /* after a wrong proof the next exchange tries the other key */

/* the person's controller, and what the air holds of it */
byte pKey;
byte attempt;
byte pProof[3];      /* the offer that attempt n answered, with its boot; 0: none */
byte pProofKey[3];
byte pNonce;
byte cEpoch;
mtype command[3] = none; /* of attempt n, the one under way; none is sent before the one before was answered or given up */
byte nonceOf[3];
byte young[3] = GONE; /* per epoch, the youngest tick that a lease of this attempt names */
byte older = GONE;    /* over all earlier attempts and PREPAREs */

/* ghosts */
byte sealedOnce;      /* bit n: attempt n has sealed a link */
byte byHand;         /* keys made in a window */
byte gYes;
bool gResume;
bool gNeedsPerson = true;
bool gStop;
bool gHindered;
bool tHasNew;        /* only with WINDOW_IGNORED: the thief paired by himself */

#define OFFER_ID(n) (boot * 8 + n)
#define SESSION (bState == armed || bState == paused)
#define LIGHT (bState == armed && bZones && bLeaseLeft > 0)
#define PAIRED (bKey != 0)
#define WHO lWho[owner]

#ifdef MUT_DOWNGRADE_TO_PLAIN
#define HEARD_PLAIN(l) true
#else
#define HEARD_PLAIN(l) (lState[l] != sealed && !PAIRED)
#endif
#ifdef MUT_BOOT_EPOCH_UNBOUND
#define SAME_OFFER(h, l) (pProof[h] % 8 == lOffer[l] && pProof[h] != 0)
#else
#define SAME_OFFER(h, l) (pProof[h] == OFFER_ID(lOffer[l]))
#endif
#ifdef MUT_OFFER_UNBOUND
#undef SAME_OFFER
#define SAME_OFFER(h, l) (pProof[h] != 0)
#endif
#ifdef MUT_KEYS_OF_LINKS_SHARED
#define FITS(s, l) true
#else
#define FITS(s, l) (s == lHello[l])
#endif
#ifdef MUT_REFLECTION_ACCEPTED
#define REFLECTED(l) true
#else
#define REFLECTED(l) false
#endif
#ifdef MUT_OWNER_IGNORED
#define FROM_OWNER(l) true
#else
#define FROM_OWNER(l) (l == owner)
#endif
#ifdef MUT_STOP_NEEDS_KEY
#define STOP_HEARD(l) (!PAIRED || lState[l] == sealed)
#else
#define STOP_HEARD(l) true
#endif
/* Without a hand on the belt. With one, it is the person who pairs: the label is theirs. */
#ifdef MUT_WINDOW_IGNORED
#define WITHOUT_A_HAND true
#else
#define WITHOUT_A_HAND false
#endif
#ifdef MUT_PAIRS_WHILE_LIT
#define FREE_TO_PAIR true
#else
#define FREE_TO_PAIR (!SESSION)
#endif
#ifdef MUT_OLD_LINKS_KEPT
#define DROP_REPLACED(l) skip
#else
#define DROP_REPLACED(l) if :: lState[1 - l] == sealed -> loseLink(1 - l) :: else fi
#endif
#define BUSY SESSION
#ifdef MUT_OLD_KEYS_KEPT
#define KEEP_OLDER bOlder = bKey
#define OLDER_KEY (bOlder != 0 -> bOlder : bKey)
#else
#define KEEP_OLDER skip
#define OLDER_KEY bKey
#endif
#ifdef MUT_LINK_LOSS_KEEPS_SESSION
#define OWNER_LOST skip
#else
#define OWNER_LOST endSession(); owner = NONE
#endif
/* The counter of commands goes forward: each is taken once. */
#define COUNTED(s) command[s] = none; nonceOf[s] = 0
#ifdef MUT_STOP_KEEPS_PREPARED
#define STOPPED if :: bState != prepared -> endSession() :: else fi
#else
#define STOPPED endSession()
#endif

inline grow(age) { if :: age < GONE -> age++ :: else fi }

inline check() {
  if
  :: LIGHT ->
     assert(owner != NONE);
     assert(!gStop);                                           /* (e) */
     if
     :: WHO == person ->
        assert(lKey[owner] == bKey && lState[owner] == sealed); /* (d) */
        assert(!gNeedsPerson);
        assert((lHello[owner] == attempt && young[bEpoch] < TTL) || older < TTL)
     :: WHO == thief ->
        assert(lKey[owner] == bKey && (byHand >> bKey) & 1)     /* (d), (g): he holds the key that stands */
     :: else -> assert(!PAIRED)                                 /* in the open, while the belt is not paired */
     fi
  :: else
  fi;
  assert(pKey == 0 || pKey == bKey || pKey == bProvisional || gHindered) /* (h) */
}

inline endSession() {
  bState = idle; bEpoch = 0; bNonce = 0; bLeaseLeft = 0; bNewest = GONE; bZones = false;
  gYes = 0; gResume = false; gNeedsPerson = true
}

inline loseLink(l) {
  lState[l] = plain; lWho[l] = stranger; lHello[l] = 0; lOffer[l] = 0; lKey[l] = 0; lOther[l] = false;
  if :: owner == l -> OWNER_LOST :: else fi
}

inline takePrepare(l) {
  if
  :: !SESSION && nonces < PREPARES ->
     endSession(); nonces++; bNonce = nonces; bState = prepared; owner = l;
     if :: lWho[l] == person && lHello[l] == attempt -> pNonce = bNonce :: else fi
  :: else
  fi
}

inline takeArm(l, nonce) {
  if
  :: FROM_OWNER(l) && bState == prepared && nonce == bNonce && nonce != 0 ->
     if :: lWho[l] == person -> assert(gYes == nonce); gNeedsPerson = false :: else fi;
     gYes = 0; gStop = false;
     bState = armed; bEpoch = 1; bNonce = 0; bLeaseLeft = 0; bNewest = GONE; bZones = false
  :: else
  fi
}

inline takeResume(l, epoch) {
  if
  :: FROM_OWNER(l) && bState == paused && epoch == bEpoch + 1 && epoch <= 2 ->
     if :: lWho[l] == person -> assert(gResume); gResume = false; gNeedsPerson = false :: else fi;
     bEpoch = epoch; bState = armed; bNewest = GONE; bZones = false; bLeaseLeft = 0
  :: else
  fi
}

inline takeLease(l, age, epoch) {
  if
  :: FROM_OWNER(l) && SESSION && age < GONE && epoch == bEpoch && age < bNewest ->
     bNewest = age; bZones = true;
     if :: age < TTL && TTL - age > bLeaseLeft -> bLeaseLeft = TTL - age :: else fi
  :: else
  fi
}

/* A controller has shown that it holds the key of this link. */
inline seal(l) {
  if
  :: bProvisional != 0 && lKey[l] == bProvisional ->
     KEEP_OLDER; bKey = bProvisional; bProvisional = 0;
     DROP_REPLACED(l)
  :: bProvisional != 0 && lKey[l] != bProvisional ->
     bProvisional = 0;
     if :: lWho[l] == thief -> gHindered = true :: else -> if :: pKey != lKey[l] -> gHindered = true :: else fi fi
  :: else
  fi;
  if
  :: owner != NONE && lState[owner] != sealed && !SESSION -> owner = NONE; endSession()
  :: else
  fi;
  lState[l] = sealed
}

/* The key that an exchange on this link tries, as the firmware's findKey. */
#define TRIED(l) (bKey != 0 && (lOther[l] || bProvisional == 0) -> OLDER_KEY : (BUSY -> 0 : bProvisional))

inline hello(l, which) {
  if
  :: TRIED(l) != 0 && offers < OFFERS ->
     offers++; lState[l] = offered; lOffer[l] = offers; lKey[l] = TRIED(l); lHello[l] = which
  :: else
  fi
}

inline anything(l) {
  if
  :: skip; takePrepare(l)
  :: skip; takeArm(l, bNonce)
  :: skip; takeResume(l, bEpoch + 1)
  :: skip; takeLease(l, 0, bEpoch)
  fi
}

inline forgetSent() {
  if :: young[1] < older -> older = young[1] :: else fi;
  if :: young[2] < older -> older = young[2] :: else fi;
  young[1] = GONE; young[2] = GONE; cEpoch = 0
}

inline restart() {
  boot++; offers = 0; owner = NONE; endSession();
  loseLink(0); loseLink(1)
}

/* A proof that fits, and the key still the one to try: asked at the hello and here again. */
#define STANDS(l) ((lKey[l] == bProvisional && !BUSY) || (lKey[l] != bProvisional && (lKey[l] == bKey || lKey[l] == bOlder)))
#define PROVED(n, l) (lState[l] == offered && lHello[l] == n && pProofKey[n] == lKey[l] && SAME_OFFER(n, l) && STANDS(l))
#define THIEF_PROVED(l) (lState[l] == offered && lHello[l] == 0 && (lKey[l] == 1 || (tHasNew && lKey[l] == KEYS)) && STANDS(l))
#define OPEN_TO(n, l) (lState[l] == sealed && lWho[l] == person && FITS(n, l))
#define NAMED(n, age, e) ((n == attempt && age >= young[e]) || age >= older)

inline provedBy(n, l) {
  assert(!((sealedOnce >> n) & 1));            /* (f) once */
  assert(pProof[n] == OFFER_ID(lOffer[l]));    /* (f) to this belt, in this exchange and boot */
  sealedOnce = sealedOnce | (1 << n);
  lWho[l] = person; seal(l)
}

/* What attempt n of the person's controller sealed arrives on link l: late, often, in any order. */
#define ARRIVES(n, l) \
  :: atomic { OPEN_TO(n, l) && command[n] == PREPARE -> COUNTED(n); takePrepare(l); check() } \
  :: atomic { OPEN_TO(n, l) && command[n] == ARM -> takeArm(l, nonceOf[n]); COUNTED(n); check() } \
  :: atomic { OPEN_TO(n, l) && command[n] == RESUME -> takeResume(l, 2); COUNTED(n); check() } \
  :: atomic { OPEN_TO(n, l) && SESSION && NAMED(n, 0, bEpoch) && bNewest > 0 -> takeLease(l, 0, bEpoch); check() } \
  :: atomic { OPEN_TO(n, l) && SESSION && NAMED(n, 1, bEpoch) && bNewest > 1 && GONE > 1 -> takeLease(l, 1, bEpoch); check() } \
  :: atomic { PROVED(n, l) -> provedBy(n, l); check() } \
  :: atomic { lState[l] != sealed && pProof[n] != 0 && TRIED(l) != 0 && offers < OFFERS -> hello(l, n); check() }

/* What may come on link l from anybody. */
#define ON_LINK(l) \
  :: atomic { lState[l] != plain || owner == l || lOther[l] -> loseLink(l); check() } \
  :: atomic { attempt < ATTEMPTS && pKey != 0 && lState[l] != sealed && TRIED(l) != 0 && offers < OFFERS -> \
       attempt++; forgetSent(); pNonce = 0; hello(l, attempt); \
       pProof[attempt] = OFFER_ID(lOffer[l]); pProofKey[attempt] = pKey; check() } \
  :: atomic { lState[l] != sealed && TRIED(l) != 0 && offers < OFFERS -> hello(l, 0); check() } \
  :: atomic { THIEF_PROVED(l) -> lWho[l] = thief; seal(l); check() } \
  :: atomic { lState[l] == offered -> lOther[l] = (lKey[l] == bProvisional); \
       lState[l] = plain; lKey[l] = 0; lOffer[l] = 0; lHello[l] = 0 } \
  :: atomic { lState[l] == sealed && lWho[l] == thief -> anything(l); check() } \
  :: atomic { HEARD_PLAIN(l) -> anything(l); check() } \
  :: atomic { lState[l] == sealed && REFLECTED(l) -> takeLease(l, 0, bEpoch); check() } \
  :: atomic { bState != idle -> gStop = true; gYes = 0; if :: STOP_HEARD(l) -> STOPPED :: else fi; check() } \
  ARRIVES(1, l) ARRIVES(2, l)

init {
  atomic { if :: bKey = 1; pKey = 1; byHand = 2 :: skip fi } /* paired, and the key stolen; or not paired yet */
  do
  /* time */
  :: atomic {
       young[1] < GONE || young[2] < GONE || older < GONE || bLeaseLeft > 0 || bNewest < GONE ->
       grow(bNewest); grow(young[1]); grow(young[2]); grow(older);
       if
       :: bLeaseLeft > 0 ->
          bLeaseLeft--;
          if :: bLeaseLeft == 0 && bState == armed && bZones -> bState = paused; gNeedsPerson = true :: else fi
       :: else
       fi;
       check() }
  :: atomic { boot < BOOTS -> restart(); check() }

  /* pairing: with a hand on the belt, or by who knows the label and has no hand there; the last message may be lost */
  :: atomic {
       FREE_TO_PAIR && bProvisional == 0 && bKey < KEYS ->
       assert(!LIGHT);                                          /* (g) */
#ifdef MUT_PAIRING_REPLACES_AT_ONCE
       bKey = KEYS;
#else
       bProvisional = KEYS;
#endif
       byHand = byHand | (1 << KEYS);
       if :: pKey = KEYS :: skip fi;
       check() }
  :: atomic { WITHOUT_A_HAND && FREE_TO_PAIR && bProvisional == 0 && bKey < KEYS -> bProvisional = KEYS; tHasNew = true }

  /* the person, and their controller */
  :: atomic { attempt > 0 && command[attempt] == none && nonces < PREPARES -> command[attempt] = PREPARE }
  :: atomic { pNonce != 0 -> command[attempt] = ARM; nonceOf[attempt] = pNonce; /* yes */
       if :: pNonce == bNonce && bState == prepared -> gYes = pNonce :: else fi;
       pNonce = 0; forgetSent(); cEpoch = 1 }
  :: atomic { RESUMES && cEpoch == 1 && bState == paused && !gResume -> cEpoch = 2; command[attempt] = RESUME; gResume = true }
  :: atomic { cEpoch != 0 && young[cEpoch] > 0 -> young[cEpoch] = 0 }
  :: atomic { cEpoch != 0 && young[cEpoch] > 1 && GONE > 1 -> young[cEpoch] = 1 }

  /* contact, PAUSE; completed, silence, hazard, three bad frames */
  :: atomic { bState == armed -> bState = paused; gNeedsPerson = true; check() }
  :: atomic { SESSION -> endSession(); check() }

  ON_LINK(0)
  ON_LINK(1)
  od
}

#else /* ENVELOPE */

#ifndef WINDOW
#define WINDOW 2
#endif
#define MODULUS 6 /* the low half of the counter */
#define FRAMES 9
#define LEASE 0
#define COMMAND 1

byte sent;                /* frames sealed so far; their counters are 1..sent */
short isCommand, counted; /* bit n: of the frame with counter n */
byte newest, newestOf[2];

#define BIT(word, n) ((word >> n) & 1)
#ifdef MUT_COUNTER_NOT_CHECKED
#define FORWARD(c, t) true
#else
#define FORWARD(c, t) (c > newestOf[t] && c + WINDOW > newest)
#endif
#ifdef MUT_ONE_LINE_FOR_ALL_TYPES
#undef FORWARD
#define FORWARD(c, t) (c > newest)
#endif
#ifdef MUT_WINDOW_NOT_CHECKED
#undef FORWARD
#define FORWARD(c, t) (c > newestOf[t])
#endif
/* The counter that the receiver takes a low half for. A wrong one is a wrong nonce: the tag does not fit. */
#ifdef MUT_LOW_HALF_ALONE
#define TAKEN_FOR(low) (low)
#else
#define TAKEN_FOR(low) ((low + MODULUS * 4 - newest) % MODULUS <= WINDOW -> newest + (low + MODULUS * 4 - newest) % MODULUS : newest + (low + MODULUS * 4 - newest) % MODULUS - MODULUS)
#endif

/* The newest that may be expected to fit: a sender runs ahead of what arrives by less than the window. */
inline deliver(c, t) {
  if
  :: TAKEN_FOR(c % MODULUS) == c ->
     if
     :: FORWARD(c, t) ->
        assert(c <= sent);                            /* (i) by the peer, for this direction */
        assert(!BIT(counted, c));                     /* (i) once */
        assert(c > newestOf[t] || BIT(counted, c));   /* (i) no type goes back */
        assert(c + WINDOW > newest);
        counted = counted | (1 << c); newestOf[t] = c;
        if :: c > newest -> newest = c :: else fi
     :: else -> /* (j) only what was counted, what its own type has passed, or what is far behind */
        assert(BIT(counted, c) || c < newestOf[t] || c + WINDOW <= newest)
     fi
  :: else -> /* a bad frame: only ever one from beyond the window, or from more than a low half behind */
     assert(c > newest + WINDOW || c + MODULUS <= newest + WINDOW)
  fi
}

init {
  byte c;
  do
  :: atomic { sent < FRAMES -> sent++; if :: isCommand = isCommand | (1 << sent) :: skip fi }
  :: atomic { sent > 0; c = 1; do :: c < sent -> c++ :: break od;
       deliver(c, BIT(isCommand, c)); c = 0 }
#ifdef MUT_DIRECTIONS_SHARE_A_KEY
  :: atomic { /* a frame of the other direction, with any counter of that one, fits as well */
       c = 1; do :: c < FRAMES -> c++ :: break od;
       deliver(c, LEASE); c = 0 }
#endif
  od
}
#endif
