// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <QTest>

#include <memory>

namespace widthwise::ui {

/// Until the store's thread has done all that it was asked before: it answers in order.
inline void waitForReadings(StoreClient& client)
{
    const auto answered = std::make_shared<bool>(false);
    client.query<bool>(
        &client, [](Database&) { return true; }, [answered](bool) { *answered = true; });
    QTRY_VERIFY(*answered);
}

} // namespace widthwise::ui
