/*
 * Lease, pause epoch, stop, reboot and reconnect, in ticks of 250 ms. Checked by test/protocol/model.sh with spin.
 *
 * What is shown
 *  (a)  light only with a live lease that a controller, told so by a person, sent in this session and pause epoch;
 *  (b)  light never lasts one TTL beyond the newest tick a controller has named, hence seen;
 *  (a') what went dark by pause, contact, lease end, stop, reboot or link loss stays dark until a person acts again,
 *       and each act of a person enables once;
 *  (c)  with -DPROGRESS: while at most LOSS = 2 ticks in a row are lost, no lease runs out and every session completes.
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
#define NEXT_EPOCH(epoch) (epoch == bEpoch + 1)
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
#define DOSE 12          /* ticks of light until the prescription is reached */
#define SILENCE 7        /* 10 s are 40 ticks; shorter is harder */
#define COUNTDOWN 3      /* 3 s are 12 ticks */
#define COMMAND_DELAY 4  /* a command arrives at the latest so many ticks later */
#define PAUSES 2
#define HESITATION 4     /* the person resumes after so many ticks at most, once contact is back */
#define AWAY 4           /* contact is back after so many ticks at most */

bool completed;
bool contact = true;
byte lost, dose, silence, pauses, hesitated, away, countdownLeft;
byte youngDark[4] = GONE; /* as young, for leases without zones */
mtype = { nothing, PREPARE, ARM, RESUME };
mtype cmd = nothing;      /* the one command under way */
byte cmdAge;

/* An honest controller believes only the tick before it, and answers each with one lease. */
inline answerTick() {
  if
  :: bState == armed -> young[bEpoch] = 0; takeLease(true, 0, bEpoch); silence = 0
  :: bState == countdown || bState == paused -> youngDark[bEpoch] = 0; takeLease(false, 0, bEpoch); silence = 0
  :: else
  fi;
  if
  :: cmd == nothing && bState == idle -> cmd = PREPARE
  :: cmd == nothing && bState == prepared -> cmd = ARM; gArmFor = bNonce
  :: cmd == nothing && bState == paused && hesitated < HESITATION -> hesitated++
  :: cmd == nothing && bState == paused && contact -> cmd = RESUME; gResume = true
  :: cmd == nothing && bState == paused && hesitated == HESITATION && !contact
  :: cmd != nothing || bState == countdown || bState == armed
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
  :: completed -> break
  :: !completed -> atomic {
       if :: LIGHT -> dose++ :: else fi; /* light of the tick that has just passed */
       if :: dose >= DOSE -> completed = true; endSession() :: else fi;
       passTick(); grow(youngDark[1]); grow(youngDark[2]); grow(youngDark[3]);
       if
       :: bState == countdown && countdownLeft > 0 -> countdownLeft--
       :: bState == countdown && countdownLeft == 0 -> bState = armed
       :: else -> countdownLeft = COUNTDOWN
       fi;
       if :: IN_SESSION -> silence++ :: else -> silence = 0 fi;
       assert(silence <= SILENCE);
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
       :: cmd == RESUME -> if :: contact -> takeResume(bEpoch + 1) :: else -> gResume = false fi; cmd = nothing; cmdAge = 0
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

ltl completes { <> completed }
#endif
