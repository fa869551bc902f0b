// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mirror/exchange_answer.h"
#include "core/mirror/mirror.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <bit>
#include <memory>
#include <optional>

namespace widthwise::test {

/// A store, and another that keeps copies of its experiments.
class MirrorFixture {
public:
    MirrorFixture()
        : there(m_folder.file("there.db")), here(m_folder.file("here.db")),
          mirror(std::make_unique<Mirror>(here, Mirrors(here).attach({.host = "juwels"}).id))
    {
    }

    /// The process that keeps the copies is another one.
    void restart() { mirror = std::make_unique<Mirror>(here, mirror->id()); }

    /// One exchange over the wire.
    void exchange(const ExchangeLimits& limits = {}) { mirror->take(answer(limits), at(2000)); }
    ExchangeAnswer answer(const ExchangeLimits& limits = {})
    {
        const ExchangeRequest request = readRequest(encode(mirror->request(at(2000))), "here");
        return readAnswer(encode(answerTo(request, there, at(2000), limits)), "there");
    }
    void catchUp(const ExchangeLimits& limits = {})
    {
        constexpr int most = 100'000;
        for (int i = 0; i < most; ++i) {
            exchange(limits);
            if (!mirror->behind())
                return;
        }
        QFAIL("never done");
    }
    std::int64_t idHere(const std::string& name) { return Experiments(here).find(name).value().id; }

private:
    StoreFolder m_folder;

public:
    Database there;
    Database here;
    std::unique_ptr<Mirror> mirror;
};

/// "gn2-lr 7" for the trial with this store id; empty for none.
inline std::string trialName(Database& database, std::optional<std::int64_t> id)
{
    for (const ExperimentRecord& experiment : Experiments(database).all())
        for (const TrialRecord& trial : Trials(database).all(experiment.id))
            if (trial.id == id)
                return experiment.name + ' ' + std::to_string(trial.trial.number);
    return {};
}

inline void compareSeries(Database& left, std::int64_t leftId, Database& right, std::int64_t rightId)
{
    SeriesTable a(left);
    SeriesTable b(right);
    QCOMPARE(b.metrics(rightId), a.metrics(leftId));
    const std::vector<SeriesSummary> expected = a.summaries(leftId);
    const std::vector<SeriesSummary> found = b.summaries(rightId);
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QCOMPARE(found[i].trialNumber, expected[i].trialNumber);
        QCOMPARE(found[i].metric, expected[i].metric);
        QCOMPARE(found[i].count, expected[i].count);
        QCOMPARE(found[i].nonFinite, expected[i].nonFinite);
        QCOMPARE(found[i].minimum, expected[i].minimum);
        QCOMPARE(found[i].maximumStep, expected[i].maximumStep);
        const Points here = b.read(found[i].id);
        const Points there = a.read(expected[i].id);
        QCOMPARE(here.steps, there.steps);
        QCOMPARE(here.values.size(), there.values.size());
        for (std::size_t k = 0; k < here.size(); ++k)
            QCOMPARE(std::bit_cast<std::uint64_t>(here.values[k]),
                     std::bit_cast<std::uint64_t>(there.values[k]));
    }
}

inline void compareTrials(Database& left, std::int64_t leftId, Database& right, std::int64_t rightId)
{
    const std::vector<TrialRecord> expected = Trials(left).all(leftId);
    const std::vector<TrialRecord> found = Trials(right).all(rightId);
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QCOMPARE(trialName(right, found[i].trial.parent), trialName(left, expected[i].trial.parent));
        Trial trial = found[i].trial;
        trial.parent = expected[i].trial.parent;
        QVERIFY(trial == expected[i].trial);
    }
}

/// Experiments, trials and series are alike in both stores, under the same names.
inline void compareExperiments(Database& left, Database& right)
{
    const std::vector<ExperimentRecord> expected = Experiments(left).all();
    QCOMPARE(Experiments(right).all().size(), expected.size());
    for (const ExperimentRecord& experiment : expected) {
        const auto found = Experiments(right).find(experiment.name);
        QVERIFY2(found, experiment.name.c_str());
        const auto parentOf = [](Database& database, const ExperimentRecord& record) {
            const auto parent = record.parent ? Experiments(database).find(*record.parent) : std::nullopt;
            return parent ? parent->name : std::string();
        };
        QCOMPARE(parentOf(right, *found), parentOf(left, experiment));
        ExperimentRecord record = *found;
        record.id = experiment.id;
        record.parent = experiment.parent;
        QVERIFY(record == experiment);
        compareTrials(left, experiment.id, right, found->id);
        compareSeries(left, experiment.id, right, found->id);
    }
}

/// Also what their drivers said.
inline void compareStores(Database& left, Database& right)
{
    compareExperiments(left, right);
    for (const ExperimentRecord& experiment : Experiments(left).all()) {
        std::optional<DriverInfo> driver = driverInfo(right, Experiments(right).find(experiment.name)->id);
        if (driver)
            driver->place = {}; // which is on juwels, seen from here
        QVERIFY(driver == driverInfo(left, experiment.id));
    }
}

} // namespace widthwise::test
