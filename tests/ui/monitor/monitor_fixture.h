// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/test_store.h"
#include "ui/monitor/monitor_page.h"
#include "ui/plot/curve_plot.h"
#include "ui/shell/settings.h"

#include <QTableView>
#include <QTest>

namespace widthwise::ui {

/// The Monitor page, shown, on an experiment with four trials, the last of which failed.
class MonitorFixture {
protected:
    void open()
    {
        Settings::setChoice(QStringLiteral("metric"), {});
        m_store = std::make_unique<TestStore>();
        m_experiment = m_store->addExperiment("search");
        for (int number = 0; number < 4; ++number) {
            const TrialState state = number == 3 ? TrialState::Failed : TrialState::Completed;
            const std::int64_t trial = m_store->saveTrial(m_experiment, number, state, 0.5 - 0.1 * number,
                                                          number == 3 ? "exit code 7" : "");
            m_store->append(trial, "val/loss", fallingPoints(0, 100, 0.1 * number));
            m_store->append(trial, "train/loss", fallingPoints(0, 200));
            if (number == 2)
                m_store->append(trial, "learning_rate/hidden", fallingPoints(0, 50));
        }
        m_client = std::make_unique<StoreClient>(m_store->file());
        m_page = std::make_unique<MonitorPage>(*m_client);
        m_page->resize(1000, 800);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        show(m_experiment);
        QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 4);
        QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 99.0);
    }
    void close()
    {
        m_page.reset();
        m_client.reset();
        m_store.reset();
    }
    template <class Widget>
    Widget* find(const char* name)
    {
        return m_page->findChild<Widget*>(QString::fromLatin1(name));
    }
    void show(std::int64_t experiment)
    {
        m_client->follow(experiment);
        m_page->showExperiment(m_store->find(experiment));
    }

    std::unique_ptr<TestStore> m_store;
    std::unique_ptr<StoreClient> m_client;
    std::unique_ptr<MonitorPage> m_page;
    std::int64_t m_experiment = 0;
};

} // namespace widthwise::ui
