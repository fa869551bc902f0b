// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/mirrors.h"
#include "ui/feed/store_client.h"
#include "ui/pages/detached_ctl.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <vector>

namespace widthwise::ui {

/// The stores on other machines of whose experiments this one keeps copies. Starts the processes that do so,
/// detached like drivers; those that were attached when the desktop ended last are attached again.
class Attachments : public QObject {
    Q_OBJECT
public:
    explicit Attachments(StoreClient& client, QObject* parent = nullptr);

    /// While it is on, all() is as of a second ago.
    void setWatched(bool on);
    const std::vector<MirrorRecord>& all() const { return m_mirrors; }
    /// How many copies of it there are.
    int copies(std::int64_t mirror) const;

    void attach(const Remote& remote);
    void detach(std::int64_t mirror);
    /// Removes it with its copies; it has to be detached.
    void forget(std::int64_t mirror);

Q_SIGNALS:
    void changed();
    /// A process was started that may ask.
    void started(widthwise::ui::LoginChannel* channel);
    /// One sentence for a person.
    void failed(const QString& message);

private:
    void refresh();
    void take(std::vector<MirrorRecord> mirrors);
    void startProcess(const Remote& remote);

    StoreClient& m_client;
    DetachedCtl m_ctl;
    QTimer m_timer{this};
    std::vector<MirrorRecord> m_mirrors;
    std::map<std::int64_t, std::vector<std::int64_t>> m_copies; ///< by mirror
};

/// "juwels", "juwels:/p/me/widthwise.db".
QString remoteName(const Remote& remote);

} // namespace widthwise::ui
