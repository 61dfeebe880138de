/*
 * Lease, pause epoch, stop, reboot and reconnect, in ticks of 250 ms. Checked by test/protocol/model.sh with spin.
 *
 * What is shown
 *  (a)  light only with a live lease that a controller, told so by a person, sent in this session and pause epoch;
 *  (b)  light never lasts one TTL beyond the newest tick a controller has named, hence seen;
 *  (a') what went dark by pause, contact, lease end, stop, reboot or link loss stays dark until a person acts again,
 *       and each act of a person enables once;
 *  (c)  with -DPROGRESS: while at most LOSS = 2 ticks in a row are lost, no lease runs out, and every session ends: completed,
 *       unless the person has gone for good;
 *  (c') with -DVISIT besides: no light PRESENCE + TTL ticks after the person's last sign (H23), and each block of light, with
 *       care in between, is a session of its own that begins with a yes of its own.
 *
 * Time has no horizon: a tick is named by its age, not by its number, and every age saturates at GONE. Ages name ticks
 * exactly because tick numbers only grow, over boots as well.
 *
 * The network of (a) and (b) is an adversary. A lease, once sent, may arrive never, late, often, in any order, on a later
 * connection too; it even has more than was sent: every older tick of the same epoch, and leases without zones at will.
 * Any ARM ever sent may arrive at any time. A RESUME may arrive late and often until its connection ends or carries
 * another command: a link layer does that much. The controller is blind (what ticks say of pause and stop does not
 * hold it back) and is killed or frozen whenever its steps just do not come. Countdown, pause and session may end at any
 * time. All that is more than a real one does, so what holds here holds there.
 *
 * What the sealed wire adds, who a frame is from, is searched in sealed.pml.
 *
 * Assumptions. Each is held by a test of that number in test/protocol/model.
 * A1: a tick comes every 250 ms, and a lease's time to live, 1,000 ms = 4 ticks, counts from the belt's stamping of the tick
 *     that it names, not from its arrival
 * A2: a tick from the future, from before this ARM, or older than the last 16 is not taken
 * A3: a lease of another epoch is not taken, and a tick older than the newest one taken in this epoch neither
 * A4: the same tick again takes zones away and adds neither zones nor time
 * A5: a lease that comes in countdown or pause lights nothing later; one without zones is dark at once
 * A6: the end of a lease with light latches pause; only RESUME with the next epoch leads out of it
 * A7: RESUME forgets the lease whole, its end as well
 * A8: an ARM fits one nonce, new in each PREPARE and used once; STOP, link loss and reboot drop it
 * A9: STOP ends the session and is latched until the next ARM that is accepted
 * A10: tick numbers only grow, over reboots as well
 * A11: link loss and reboot end the session
 * A12: 10 s without an accepted lease end the session: 40 ticks, more than SILENCE
 * A13: lost contact latches pause, RESUME without contact is refused, and contact that is back lights nothing
 * A14: the controller answers each tick with one lease that names it, and grants light while two ticks in a row are lost
 * A15: once a pause is wanted the controller grants no light until the person resumes
 * A16: without a sign for 11 min the controller pauses; each sign of the person starts them anew
 * A17: a pause ends in light by a person's act, or after 10 min in a stop
 * A18: each block of light has a session, a PREPARE and a yes of its own; in care no belt session is open
 *
 * Scaled down: a countdown may be shorter than a TTL, ages up to GONE instead of 16 ticks, two sessions, epochs 1 to 3.
 *
 * Each -DMUT_... breaks one rule. model.sh requires spin to find an error then: it shows that the check bites.
 */
#ifndef TTL
#define TTL 4      /* 1.0 s */
#endif
#define GONE 5     /* older than everything a belt looks at */
#define EPOCHS 3   /* two RESUMEs in a session */
#define SESSIONS 2 /* two PREPAREs */

mtype = { idle, prepared, countdown, armed, paused };

/* the belt */
mtype bState = idle;
byte bEpoch;         /* 0 outside a session */
byte bNonce;         /* 0: none, or used up */
byte bNonceCount;
byte bLeaseLeft;     /* ticks to the end of the lease; 0: none lives */
byte bNewest = GONE; /* age of the newest tick accepted in this epoch */
bool bZones;         /* the newest lease names zones */
byte bSinceArm;      /* ticks stamped since ARM */
bool bStop;          /* stop latched */

/* the controller, and what the network holds of it */
byte cEpoch;         /* epoch of its leases; 0: it sends none that light */
byte resumeSent;     /* the newest command of this connection is RESUME with this epoch; 0: it is not */
byte armsSent;       /* bit n: an ARM over nonce n was sent at some time */
byte young[4] = GONE;/* per epoch, the youngest tick named by a lease with zones of this session */
byte older = GONE;   /* the same over all epochs of earlier sessions */

/* ghosts: only assertions look at them */
byte gArmFor;        /* a person armed this PREPARE, and nothing has ended that permission since */
bool gResume;        /* a person ordered a resume, and it is not used yet */
bool gNeedsPerson = true;

/* The rules that a mutation breaks. Macros, because spin takes no conditionals inside an inline. */
#ifdef MUT_ARM_TICK_IGNORED
#define AFTER_ARM(age) true
#else
#define AFTER_ARM(age) (age < bSinceArm)
#endif
#ifdef MUT_EPOCH_IGNORED
#define THIS_EPOCH(epoch) true
#else
#define THIS_EPOCH(epoch) (epoch == bEpoch)
#endif
#ifdef MUT_REPLAY_EXTENDS
#define LEFT_AFTER_REPLAY TTL
#else
#define LEFT_AFTER_REPLAY bLeaseLeft
#endif
#ifdef MUT_TTL_FROM_ARRIVAL
#define LEFT_AFTER(age) TTL
#else
#define LEFT_AFTER(age) (age < TTL && TTL - age > bLeaseLeft -> TTL - age : bLeaseLeft)
#endif
#ifdef MUT_RESUME_ANY_EPOCH
#define NEXT_EPOCH(epoch) true
#else
#define NEXT_EPOCH(epoch) (epoch == bEpoch % WRAP + 1)
#endif
#ifdef PROGRESS
#define WRAP EPOCHS /* as 255 wraps to 1; replays here are of the present epoch's last ticks alone */
#else
#define WRAP 255
#endif
#ifdef MUT_RESUME_KEEPS_END
#define LEFT_AFTER_RESUME bLeaseLeft
#else
#define LEFT_AFTER_RESUME 0
#endif
#ifdef MUT_NONCE_KEPT
#define FRESH_NONCE 1
#else
#define FRESH_NONCE bNonceCount
#endif
#ifdef MUT_EXPIRY_NOT_LATCHED
#define STATE_AFTER_EXPIRY armed
#else
#define STATE_AFTER_EXPIRY paused
#endif
#ifdef MUT_LINK_LOSS_IGNORED
#define LINK_LOST gNeedsPerson = true
#else
#define LINK_LOST endSession()
#endif
#ifdef MUT_REBOOT_KEEPS_SESSION
#define REBOOTED gNeedsPerson = true
#else
#define REBOOTED endSession(); bStop = false
#endif
#if defined(MUT_STOP_ONLY_PAUSES)
#define STOPPED bStop = true; gNeedsPerson = true; if :: IN_SESSION -> bState = paused :: else fi
#elif defined(MUT_STOP_KEEPS_PREPARED)
#define STOPPED bStop = true; if :: bState == prepared -> gArmFor = 0 :: else -> endSession() fi
#else
#define STOPPED bStop = true; endSession()
#endif
#ifdef PROGRESS
#define EXPIRY_ALLOWED false
#else
#define EXPIRY_ALLOWED true
#endif

#define LIGHT (bState == armed && bZones && bLeaseLeft > 0)
#define IN_SESSION (bState == countdown || bState == armed || bState == paused)

inline grow(age) { if :: age < GONE -> age++ :: else fi }

/* A tick that was named is a tick that was seen: a controller that sees no more ticks names no younger ones. */
#define NAMED(limit) (young[1] < limit || young[2] < limit || young[3] < limit || older < limit)

inline check() {
  assert(!LIGHT || young[bEpoch] < TTL);  /* (a) */
  assert(!LIGHT || NAMED(TTL));           /* (b) */
  assert(!LIGHT || !gNeedsPerson);        /* (a') */
  assert(!LIGHT || !bStop)
}

inline endSession() {
  bState = idle; bEpoch = 0; bNonce = 0; bLeaseLeft = 0; bNewest = GONE; bZones = false; bSinceArm = 0;
  gArmFor = 0; gResume = false; gNeedsPerson = true
}

inline latchPause() {
  if
  :: bState == armed -> bState = paused; gNeedsPerson = true
  :: else
  fi
}

inline takeLease(lit, age, epoch) {
  if
  :: IN_SESSION && age < GONE && AFTER_ARM(age) && THIS_EPOCH(epoch) ->
     if
     :: age > bNewest -> skip /* old: counted only */
     :: age == bNewest -> bZones = bZones && lit; bLeaseLeft = LEFT_AFTER_REPLAY
     :: age < bNewest -> bNewest = age; bZones = lit; bLeaseLeft = LEFT_AFTER(age)
     fi
  :: else
  fi
}

inline takeArm(nonce) {
  if
  :: bState == prepared && nonce != 0 && nonce == bNonce ->
     assert(gArmFor == nonce); /* a person, for this PREPARE, and no stop, reboot or link loss in between */
     bState = countdown; bEpoch = 1; bNonce = 0; bStop = false;
     bLeaseLeft = 0; bNewest = GONE; bZones = false; bSinceArm = 0;
     gArmFor = 0; gResume = false; gNeedsPerson = false
  :: else
  fi
}

inline takeResume(epoch) {
  if
  :: bState == paused && NEXT_EPOCH(epoch) ->
     assert(gResume); /* each deliberate act resumes once */
     gResume = false; gNeedsPerson = false;
     bEpoch = epoch; bState = armed; bNewest = GONE; bZones = false; bLeaseLeft = LEFT_AFTER_RESUME
  :: else
  fi
}

inline takePrepare() {
  bNonceCount++; bNonce = FRESH_NONCE; bState = prepared; gArmFor = 0
}

/* One tick later. A lease that ends with light on latches pause. */
inline passTick() {
  grow(bNewest); grow(young[1]); grow(young[2]); grow(young[3]); grow(older);
  if :: IN_SESSION -> grow(bSinceArm) :: else fi;
  if
  :: bLeaseLeft > 0 ->
     bLeaseLeft--;
     if
     :: bLeaseLeft == 0 && bState == armed && bZones ->
        assert(EXPIRY_ALLOWED); /* (c) no lease runs out while at most LOSS ticks in a row are lost */
        bState = STATE_AFTER_EXPIRY; gNeedsPerson = true
     :: else
     fi
  :: else
  fi
}

/* Leases of the session before: any of them may still arrive, under any epoch. */
inline forgetSent(epoch) {
  if :: young[epoch] < older -> older = young[epoch] :: else fi;
  young[epoch] = GONE
}

#ifndef PROGRESS

active proctype Time() { do :: atomic { passTick(); check() } od }

active proctype Link() {
  byte age, epoch;
  do
  :: atomic { /* a lease with zones arrives: any that was sent, or an older one; of this session or an earlier one */
       IN_SESSION -> select(epoch : 1 .. EPOCHS); select(age : 0 .. GONE - 1);
       if
       :: age >= young[epoch] || age >= older -> takeLease(true, age, epoch)
       :: else
       fi;
       age = 0; epoch = 0; check() }
  :: atomic { IN_SESSION -> select(age : 0 .. GONE - 1); takeLease(false, age, bEpoch); age = 0; check() }
  :: atomic { resumeSent != 0 -> takeResume(resumeSent); check() }
  :: atomic {
       bState == prepared && armsSent != 0 -> select(epoch : 1 .. SESSIONS);
       if :: (armsSent >> epoch) & 1 -> takeArm(epoch) :: else fi;
       epoch = 0; check() }
  :: atomic { /* link lost; the next connection comes as soon as it likes */
       resumeSent = 0; LINK_LOST; check() }
  od
}

active proctype Controller() {
  byte age;
  do
  :: atomic { /* a lease with zones, for any tick it may have seen */
       cEpoch != 0 -> select(age : 0 .. GONE - 1);
       if :: age < young[cEpoch] -> young[cEpoch] = age :: else fi;
       age = 0; check() }
  :: atomic { (bState == idle || bState == prepared) && bNonceCount < SESSIONS -> resumeSent = 0; takePrepare(); check() }
  od
}

active proctype Person() {
  byte nonce;
  do
  :: atomic { /* yes, to a PREPARE that was answered, though the belt may have dropped it since */
       (bState == idle || bState == prepared) && bNonceCount > 0 -> select(nonce : 1 .. SESSIONS);
       if
       :: nonce <= bNonceCount ->
          armsSent = armsSent | (1 << nonce); resumeSent = 0; cEpoch = 1;
          if :: nonce == bNonceCount && bState == prepared -> gArmFor = bNonce :: else fi;
          forgetSent(1); forgetSent(2); forgetSent(3)
       :: else
       fi;
       nonce = 0; check() }
  :: atomic { cEpoch != 0 -> cEpoch = 0 } /* pause: no more leases with zones; that it may reach the belt is in World */
  :: atomic { /* resume, from the epoch of the newest tick, or of one before the last resume */
       IN_SESSION && !gResume ->
       if :: bEpoch < EPOCHS -> cEpoch = bEpoch + 1 :: bEpoch > 1 -> cEpoch = bEpoch fi;
       resumeSent = cEpoch; gResume = true }
  :: atomic { STOPPED; check() } /* STOP, from any central, at any time */
  od
}

active proctype World() {
  do
  :: atomic { bState == countdown -> bState = armed; check() }
  :: atomic { bState == armed -> latchPause(); check() } /* contact lost, or PAUSE arrives */
  :: atomic { IN_SESSION -> endSession(); check() }      /* completed, silence, hazard */
  :: atomic { REBOOTED; check() }                        /* the last tick number survives, nothing else does */
  od
}

#else /* PROGRESS: controller alive and honest, the link loses a bounded number of ticks in a row */

#ifndef LOSS
#define LOSS 2
#endif
#ifdef VISIT /* two blocks of light with care in between, and a person who may walk off, for good as well */
#define DOSE 8 /* more than PRESENCE + TTL */
#define COUNTDOWN 1
#define COMMAND_DELAY 1
#define HESITATION 1
#define BLOCKS 2
#define PAUSES 0
#define WATCHED true
#else        /* one block, with contact lost and pauses, and a person who is there */
#define DOSE 12          /* ticks of light until the prescription is reached */
#define BLOCKS 1
#define PAUSES 2
#define WATCHED false
#endif
#define PRESENCE 3       /* 11 min are 2,640 ticks; shorter is harder */
#define WAIT 24          /* 10 min are 2,400 ticks */
#define SILENCE 7        /* 10 s are 40 ticks; shorter is harder */
#ifndef COUNTDOWN
#define COUNTDOWN 3      /* 3 s are 12 ticks */
#endif
#ifndef COMMAND_DELAY
#define COMMAND_DELAY 4  /* a command arrives at the latest so many ticks later */
#endif
#ifndef HESITATION
#define HESITATION 4     /* the person resumes after so many ticks at most, once contact is back */
#endif
#define AWAY 4           /* contact is back after so many ticks at most */

bool over, completed, gone, pauseWanted;
byte unattended, waited, yesFor;
byte block = 1;
bool contact = true;
byte lost, dose, silence, pauses, hesitated, away, countdownLeft;
byte youngDark[4] = GONE; /* as young, for leases without zones */
mtype = { nothing, PREPARE, ARM, PAUSE, RESUME };
mtype cmd = nothing;      /* the one command under way */
byte cmdAge;

#ifdef MUT_PRESENCE_IGNORED
#define NOBODY_THERE false
#else
#define NOBODY_THERE (unattended >= PRESENCE)
#endif
#ifdef MUT_YES_FOR_ALL_BLOCKS
#define SAID_YES (yesFor != 0)
#else
#define SAID_YES (yesFor == block)
#endif
#ifdef MUT_PAUSE_WITHOUT_END
#define WAITED_LONG false
#else
#define WAITED_LONG (waited == WAIT)
#endif

/* An honest controller believes only the tick before it, and answers each with one lease. */
inline answerTick() {
  if
  :: bState == armed && !pauseWanted -> young[bEpoch] = 0; takeLease(true, 0, bEpoch); silence = 0
  :: (bState == armed && pauseWanted) || bState == countdown || bState == paused ->
     youngDark[bEpoch] = 0; takeLease(false, 0, bEpoch); silence = 0
  :: else
  fi;
  if
  :: cmd != nothing || bState == countdown || (bState == armed && !pauseWanted)
  :: cmd == nothing && bState == idle -> cmd = PREPARE
  :: cmd == nothing && bState == prepared && SAID_YES -> cmd = ARM; gArmFor = bNonce
  :: cmd == nothing && bState == armed && pauseWanted -> cmd = PAUSE
  :: cmd == nothing && ((bState == prepared && !SAID_YES) || bState == paused) ->
     if
     :: gone
     :: !gone && hesitated < HESITATION -> hesitated++
     :: !gone && bState == prepared -> yesFor = block; unattended = 0; hesitated = 0
     :: !gone && bState == paused && contact -> cmd = RESUME; gResume = true; unattended = 0; hesitated = 0
     :: !gone && bState == paused && hesitated == HESITATION && !contact
     fi
  fi
}

/* What was delayed or doubled comes now: any tick of this epoch that was named, with zones or without. */
inline replay() {
  if
  :: IN_SESSION -> select(age : 0 .. GONE - 1);
     if
     :: age >= young[bEpoch] -> takeLease(true, age, bEpoch)
     :: age >= youngDark[bEpoch] -> takeLease(false, age, bEpoch)
     :: else
     fi;
     age = 0
  :: skip
  fi
}

active proctype Rounds() {
  byte age;
  do
  :: over -> break
  :: !over -> atomic {
       if :: LIGHT -> dose++ :: else fi; /* light of the tick that has just passed */
       if
       :: dose >= DOSE && block == BLOCKS -> completed = true; over = true; endSession()
       :: dose >= DOSE && block < BLOCKS -> block++; dose = 0; bNonceCount = 0; cmd = nothing; cmdAge = 0; endSession()
       :: else
       fi;
       /* the person: gives a sign, or none, or goes for good */
       if :: WATCHED && bState == armed && unattended <= PRESENCE + TTL -> unattended++ :: else fi;
       if :: WATCHED && !gone -> if :: skip :: unattended = 0 :: gone = true fi :: else fi;
       if :: bState == armed && NOBODY_THERE -> pauseWanted = true :: else fi;
       if
       :: (bState == paused || bState == prepared) && waited < WAIT -> waited++
       :: !(bState == paused || bState == prepared) -> waited = 0
       :: else
       fi;
       if :: WAITED_LONG -> assert(gone); over = true; endSession() :: else fi;
       passTick(); grow(youngDark[1]); grow(youngDark[2]); grow(youngDark[3]);
       if
       :: bState == countdown && countdownLeft > 0 -> countdownLeft--
       :: bState == countdown && countdownLeft == 0 -> bState = armed
       :: else -> countdownLeft = COUNTDOWN
       fi;
       if :: IN_SESSION -> silence++ :: else -> silence = 0 fi;
       assert(silence <= SILENCE);
       assert(!LIGHT || unattended <= PRESENCE + TTL); /* (c') nobody there */
       assert(!LIGHT || yesFor == block);              /* (c') a yes of its own */
       check();
       /* contact lost, or a person pauses; contact comes back sooner or later */
       if
       :: bState == armed && pauses < PAUSES ->
          pauses++; hesitated = 0; latchPause();
          if :: contact = false :: skip fi
       :: !contact -> contact = true; away = 0
       :: !contact && away < AWAY -> away++
       :: contact
       fi;
       /* a command under way arrives, at the latest after its bound; RESUME without contact is refused */
       if
       :: cmd != nothing && cmdAge < COMMAND_DELAY -> cmdAge++
       :: cmd == PREPARE -> takePrepare(); cmd = nothing; cmdAge = 0
       :: cmd == ARM -> takeArm(bNonce); cmd = nothing; cmdAge = 0
       :: cmd == PAUSE -> latchPause(); cmd = nothing; cmdAge = 0
       :: cmd == RESUME -> if :: contact && bState == paused -> takeResume(bEpoch % EPOCHS + 1); pauseWanted = false :: else -> gResume = false fi; cmd = nothing; cmdAge = 0
       :: cmd == nothing
       fi;
       /* the tick, and the lease that answers it: both arrive, or the round trip is lost */
       replay();
       if :: lost < LOSS -> lost++ :: lost = 0; answerTick() fi;
       replay();
       check()
     }
  od
}

/* Weakly fair to itself: the rounds go on. */
ltl ends { <> over }
#endif
