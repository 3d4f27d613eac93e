// All messages between our processes, by direction.
#ifndef ONEOFF_GATEWAY_WIRE_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_MESSAGES_H_

#include "gateway/wire/broker_messages.h"
#include "gateway/wire/local_messages.h"
#include "gateway/wire/management_messages.h"
#include "gateway/wire/run_messages.h"
#include "gateway/wire/session_messages.h"

#endif  // ONEOFF_GATEWAY_WIRE_MESSAGES_H_
