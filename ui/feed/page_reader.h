// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <QTimer>

#include <chrono>
#include <functional>

class QWidget;

namespace widthwise::ui {

/// Reads out of the store what a page shows, again whenever something changed: one reading at a time, only
/// while the page is seen, and with a pause in between. One that fails is told, and tried again after a pause
/// that grows.
class PageReader : public QObject {
    Q_OBJECT
public:
    /// Takes the result, in the page's thread.
    using Take = std::function<void()>;
    /// Reads in the store's thread; may throw.
    using Read = std::function<Take(Database&)>;

    static constexpr std::chrono::milliseconds pause{1'000};
    static constexpr std::chrono::milliseconds longestPause{30'000}; ///< after readings that failed

    /// `next` makes the reading of what the page is about at that time; null where there is nothing to read.
    PageReader(StoreClient& client, QWidget& page, std::function<Read()> next);

    /// Something changed.
    void readSoon();
    /// The page is about something else: that is read at once, and an answer about what was before is
    /// dropped.
    void restart();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void read();
    void finish(int subject, const Take& take);
    void recover(int subject);
    void readOn();

    StoreClient& m_client;
    QWidget& m_page;
    std::function<Read()> m_next;
    QTimer m_wait;
    std::chrono::milliseconds m_pause = pause;
    int m_subject = 0;      ///< counts what the page was about
    bool m_reading = false; ///< an answer is on its way
    bool m_behind = true;   ///< something changed since it was asked for
};

} // namespace widthwise::ui
