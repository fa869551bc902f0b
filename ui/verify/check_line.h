// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/check_report.h"
#include "ui/feed/store_client.h"

#include <QLabel>

namespace widthwise::ui {

/// What the last coordinate check says, for pages whose answers rest on it: the verdict, when, and a link to
/// the check. An experiment without a check of its own has that of the experiment it was made from.
class CheckLine : public QLabel {
    Q_OBJECT
public:
    explicit CheckLine(StoreClient& client, QWidget* parent = nullptr);

    /// An id of 0 means none.
    void showExperiment(std::int64_t experiment);

Q_SIGNALS:
    void experimentWanted(qint64 id);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Reading {
        std::int64_t experiment = 0;
        std::optional<ExperimentRecord> check; ///< the last one that has ended
        CheckResult result = CheckResult::Incomplete;
        std::optional<ExperimentRecord> newest; ///< a later one that has not
    };
    static Reading read(Database& database, std::int64_t experiment);

    void notice(const ExperimentList& experiments);
    void ask();
    void say();
    QString verdict() const;
    QString link(const ExperimentRecord& record) const;

    StoreClient& m_client;
    std::int64_t m_experiment = 0;
    std::vector<ExperimentRecord> m_seen; ///< of the store, when it was last read
    std::optional<Reading> m_reading;
    bool m_stale = true; ///< there is more to read than was read
};

} // namespace widthwise::ui
