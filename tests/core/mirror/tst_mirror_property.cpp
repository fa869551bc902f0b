// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever happens to a store, and however its answers are cut, lost and repeated: the copy is the original.
#include "tests/core/mirror/mirror_fixture.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace widthwise;
using namespace widthwise::test;

namespace {

/// Changes a store as drivers and people do.
class Chance {
public:
    Chance(Database& store, unsigned seed) : m_store(store), m_random(seed) {}

    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(m_random); }

    void change()
    {
        const std::vector<ExperimentRecord> all = Experiments(m_store).all();
        const int kind = upTo(19);
        if (all.empty() || kind == 0)
            return addOne(all);
        const ExperimentRecord& one = all[static_cast<std::size_t>(upTo(int(all.size()) - 1))];
        if (kind == 1 && all.size() > 3)
            return Experiments(m_store).remove(one.id);
        if (kind == 2 && upTo(1) == 0) {
            const std::string number = std::to_string(++m_count);
            return Experiments(m_store).setChanged(one.id, "text " + number, "change " + number);
        }
        if (kind == 2)
            return Experiments(m_store).setYaml(one.id, one.name, "text " + std::to_string(++m_count));
        if (kind == 3)
            return Experiments(m_store).setState(one.id, ExperimentState(upTo(6)), "because", at(++m_count));
        if (kind == 4)
            return setDriverInfo(m_store, one.id, driver());
        if (kind == 5)
            return Experiments(m_store).setYaml(one.id, "renamed-" + std::to_string(++m_count), one.yaml);
        const std::vector<TrialRecord> trials = Trials(m_store).all(one.id);
        if (trials.empty() || kind < 9)
            return saveTrial(one.id, trials);
        const TrialRecord& trial = trials[static_cast<std::size_t>(upTo(int(trials.size()) - 1))];
        Transaction transaction(m_store);
        if (kind == 9)
            SeriesTable(m_store).clear(trial.id);
        else
            append(trial.id);
        transaction.commit();
    }

private:
    void addOne(const std::vector<ExperimentRecord>& all)
    {
        ExperimentRecord record;
        record.name = "experiment-" + std::to_string(++m_count);
        record.yaml = "name: " + record.name;
        record.baseDirectory = "/p/" + record.name;
        record.created = at(m_count);
        if (!all.empty())
            record.parent = all[static_cast<std::size_t>(upTo(int(all.size()) - 1))].id;
        Experiments(m_store).add(record);
    }

    void saveTrial(std::int64_t experiment, const std::vector<TrialRecord>& trials)
    {
        Trial trial;
        const bool isNew = trials.empty() || upTo(1) == 0;
        if (isNew)
            trial.number = int(trials.size());
        else
            trial = trials[static_cast<std::size_t>(upTo(int(trials.size()) - 1))].trial;
        trial.configuration.set("max_lr", std::ldexp(1.0, -upTo(20)) / 3);
        trial.state = TrialState(upTo(8));
        trial.stop = upTo(3) == 0
                         ? std::optional(StopRequest{TrialState::Paused, at(++m_count), upTo(1) == 0})
                         : std::nullopt;
        trial.objective = upTo(2) == 0 ? std::nullopt : std::optional(std::sqrt(double(++m_count)));
        trial.lastStep = upTo(1000);
        trial.agent = Agent(upTo(4));
        trial.interruptions = upTo(2);
        trial.bracket = upTo(3);
        trial.rung = upTo(3);
        trial.untilStep = upTo(1) == 0 ? std::nullopt : std::optional<std::int64_t>(upTo(1000));
        trial.promotedFrom = upTo(1) == 0 ? std::nullopt : std::optional(upTo(9));
        trial.checkpointBytes = upTo(1) == 0 ? std::nullopt : std::optional<std::int64_t>(upTo(9));
        trial.checkpointDropped = upTo(1) == 0;
        trial.firstRung = upTo(2) == 0 ? std::nullopt : std::optional(upTo(4));
        trial.started = at(++m_count);
        trial.secondsBefore = double(m_count) / 7;
        trial.device = "n1 cuda:0";
        trial.reason = upTo(1) == 0 ? "μ" : "";
        if (upTo(3) == 0)
            add(trial.notices, {Notice::Kind::Again, 1, "loss", "step 1", ": 2 after 3"});
        const std::vector<ExperimentRecord> all = Experiments(m_store).all();
        const std::vector<TrialRecord> others =
            Trials(m_store).all(all[static_cast<std::size_t>(upTo(int(all.size()) - 1))].id);
        if (isNew && !others.empty())
            trial.parent = others[static_cast<std::size_t>(upTo(int(others.size()) - 1))].id;
        Trials(m_store).save(experiment, trial);
    }

    void append(std::int64_t trial)
    {
        std::map<std::string, std::vector<Point>> points;
        for (const char* metric : {"train/loss", "val/loss", "grad"})
            for (int i = upTo(3) == 0 ? upTo(1500) : upTo(5); i > 0; --i)
                points[metric].push_back({static_cast<std::int64_t>(++m_count), value()});
        SeriesTable(m_store).append(trial, points);
    }

    double value()
    {
        switch (upTo(9)) {
        case 0:
            return std::bit_cast<double>(0x7ff8dead'0000beefULL); // a NaN that says something
        case 1:
            return std::numeric_limits<double>::infinity();
        case 2:
            return -std::numeric_limits<double>::infinity();
        default:
            return std::normal_distribution<double>()(m_random);
        }
    }

    DriverInfo driver()
    {
        DriverInfo info;
        info.host = "jwlogin03";
        info.pid = ++m_count;
        info.started = at(m_count);
        info.heartbeat = at(++m_count);
        info.notice = upTo(1) == 0 ? "the disk is full" : "";
        info.running = upTo(1) == 0;
        return info;
    }

    Database& m_store;
    std::mt19937 m_random;
    std::int64_t m_count = 0;
};

} // namespace

class TestMirrorProperty : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void copyIsTheOriginal_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %u", seed) << seed;
        const unsigned fresh = std::random_device{}();
        QTest::addRow("seed %u", fresh) << fresh;
    }

    void copyIsTheOriginal()
    {
        QFETCH(const unsigned, seed);
        MirrorFixture stores;
        Chance chance(stores.there, seed);
        for (int turn = 0; turn < 40; ++turn) {
            for (int changes = chance.upTo(12); changes > 0; --changes)
                chance.change();
            const ExchangeLimits limits{.rows = 1 + chance.upTo(4),
                                        .points = std::size_t(1 + chance.upTo(600))};
            switch (chance.upTo(5)) {
            case 0: // the answer is lost
                stores.answer(limits);
                break;
            case 1: { // something happens before it is taken
                const ExchangeAnswer answer = stores.answer(limits);
                chance.change();
                stores.mirror->take(answer, at(2000));
                break;
            }
            case 2:
                stores.restart();
                break;
            default:
                stores.exchange(limits);
            }
        }
        stores.catchUp({.rows = 3, .points = 100});
        compareStores(stores.there, stores.here);
    }
};

QTEST_GUILESS_MAIN(TestMirrorProperty)
#include "tst_mirror_property.moc"
