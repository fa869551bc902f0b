// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/backend.h"
#include "core/trainer/data/random_stream.h"
#include "core/trainer/error.h"
#include "forked_workers.h"

#include <QTest>

#include <array>
#include <cmath>
#include <csignal>
#include <cstring>

using namespace widthwise::trainer;

namespace {

constexpr std::size_t most = 262'145; // one float more than shared memory takes at once
constexpr int workers = 3;

/// Numbers whose sum depends on the order in which they are added.
template <typename Real>
std::vector<Real> numbersOf(int rank, std::size_t size)
{
    RandomStream random(11, static_cast<std::uint64_t>(rank));
    std::vector<Real> numbers(size);
    for (Real& number : numbers) {
        number = static_cast<Real>(std::ldexp(random.normal(), static_cast<int>(random.below(20))));
    }
    return numbers;
}

/// In the order of the ranks.
template <typename Real>
std::vector<Real> sumOf(std::size_t size, int count = workers)
{
    std::vector<Real> sum = numbersOf<Real>(0, size);
    for (int rank = 1; rank < count; ++rank) {
        const std::vector<Real> next = numbersOf<Real>(rank, size);
        for (std::size_t i = 0; i < size; ++i) {
            sum[i] += next[i];
        }
    }
    return sum;
}

template <typename Real>
using Results = std::array<std::array<Real, most>, workers>;

/// What each worker has after the sum.
template <typename Real>
std::vector<int> sumTogether(Communication communication, std::size_t size, Results<Real>& results)
{
    return runWorkers(workers, communication, [&](Communicator& communicator) {
        std::vector<Real> numbers = numbersOf<Real>(communicator.rank(), size);
        communicator.allReduceSum(std::span<Real>(numbers));
        std::ranges::copy(numbers, results[static_cast<std::size_t>(communicator.rank())].begin());
        communicator.barrier();
        return 0;
    });
}

const std::vector<int> allWell(workers, 0);

/// How each worker learnt that another was lost.
struct Losses {
    std::array<std::array<char, 300>, workers> text;
};

/// Makes `work` and then waits for the others; keeps what that threw.
int waitInVain(Communicator& communicator, Losses& losses)
{
    try {
        for (;;) {
            communicator.barrier();
        }
    } catch (const WorkerLost& lost) {
        std::strncpy(losses.text[static_cast<std::size_t>(communicator.rank())].data(), lost.what(), 299);
    }
    return 7;
}

} // namespace

class TestCommunicator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sumsAreFormedInTheOrderOfTheRanks_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 1000, 262'145}) {
            QTest::newRow(std::to_string(size).c_str()) << size;
        }
    }

    void sumsAreFormedInTheOrderOfTheRanks()
    {
        QFETCH(int, size);
        sumsAre<float>(static_cast<std::size_t>(size));
        sumsAre<double>(static_cast<std::size_t>(size));
    }

    void worker0BroadcastsItsBytes_data() { ways(); }
    void worker0BroadcastsItsBytes()
    {
        QFETCH(Communication, communication);
        constexpr std::size_t size = 2'500'000;
        const auto codes = runWorkers(workers, communication, [](Communicator& communicator) {
            std::vector<std::byte> bytes(size);
            for (std::size_t i = 0; i < size; ++i) {
                bytes[i] =
                    static_cast<std::byte>((i * i + static_cast<std::size_t>(communicator.rank())) % 251);
            }
            communicator.broadcast(bytes);
            for (std::size_t i = 0; i < size; ++i) {
                if (bytes[i] != static_cast<std::byte>(i * i % 251)) {
                    return 1;
                }
            }
            communicator.barrier();
            return 0;
        });
        QCOMPARE(codes, allWell);
    }

    void manyExchangesStayInStep_data() { ways(); }
    void manyExchangesStayInStep()
    {
        QFETCH(Communication, communication);
        const auto codes = runWorkers(workers, communication, [](Communicator& communicator) {
            double sum = communicator.rank();
            for (int i = 0; i < 500; ++i) {
                double one = sum / 3 + communicator.rank();
                communicator.allReduceSum(std::span<double>(&one, 1));
                communicator.broadcast(std::as_writable_bytes(std::span(&sum, 1)));
                sum = one / 3;
            }
            communicator.barrier();
            return std::abs(sum - 1.5) < 1e-9 ? 0 : 1; // s = s/3 + 1
        });
        QCOMPARE(codes, allWell);
    }

    void glooSumsLikeSharedMemory()
    {
#ifndef WIDTHWISE_GLOO
        QSKIP("built without Gloo");
#endif
        const Shared<Results<double>> results;
        QCOMPARE(sumTogether(Communication::Gloo, most, *results), allWell);
        const std::vector<double> expected = sumOf<double>(most);
        QVERIFY(results->at(0) == results->at(1) && results->at(1) == results->at(2));
        for (std::size_t i = 0; i < most; ++i) {
            QVERIFY(std::abs(results->at(0)[i] - expected[i]) <= 1e-9);
        }
    }

    void whoFailsTellsTheOthersWhy()
    {
        const Shared<Losses> losses;
        const auto codes = runWorkers(workers, Communication::SharedMemory, [&](Communicator& communicator) {
            if (communicator.rank() == 1) {
                communicator.fail("jets.h5: No such file or directory");
                return 5;
            }
            return waitInVain(communicator, *losses);
        });
        QCOMPARE(codes, (std::vector<int>{7, 5, 7}));
        for (const std::size_t rank : {0, 2}) {
            QCOMPARE(losses->text[rank].data(), "worker 1 of 3: jets.h5: No such file or directory");
        }
    }

    void whoIsKilledIsMissed_data()
    {
        ways();
    }
    /// Several times, as the others may be at any place when it happens.
    void whoIsKilledIsMissed()
    {
        QFETCH(Communication, communication);
        for (int time = 0; time < (communication == Communication::SharedMemory ? 8 : 1); ++time) {
            killOne(communication);
        }
    }

    void whoLeavesEarlyIsMissed()
    {
        const Shared<Losses> losses;
        const auto codes = runWorkers(workers, Communication::SharedMemory, [&](Communicator& communicator) {
            return communicator.rank() == 0 ? 0 : waitInVain(communicator, *losses);
        });
        QCOMPARE(codes, (std::vector<int>{0, 7, 7}));
        QVERIFY(QByteArray(losses->text[1].data()).startsWith("worker 0 of 3 ended without a word"));
    }

    /// As many workers as there are CUDA devices: NCCL wants one for each.
    void ncclAddsUpOnDevices()
    {
#ifdef WIDTHWISE_NCCL
        const Shared<int> devices; // counted in another process: what CUDA has set up survives no fork
        runWorkers(1, Communication::SharedMemory, [&](Communicator&) {
            *devices = static_cast<int>(cudaDevices().size());
            return 0;
        });
        const int count = std::min(*devices, workers);
        if (count == 0) {
            QSKIP("There is no CUDA device");
        }
        const Shared<Results<float>> results;
        const auto codes = runWorkers(count, Communication::Nccl, [&](Communicator& communicator) {
            for (const std::size_t size : {std::size_t{1}, most}) { // into a buffer that grows
                std::vector<float> numbers = numbersOf<float>(communicator.rank(), size);
                communicator.allReduceSum(std::span<float>(numbers));
                std::ranges::copy(numbers,
                                  results->at(static_cast<std::size_t>(communicator.rank())).begin());
            }
            communicator.barrier();
            return 0;
        });
        QCOMPARE(codes, std::vector<int>(static_cast<std::size_t>(count), 0));
        const std::vector<float> expected = sumOf<float>(most, count);
        for (int rank = 0; rank < count; ++rank) {
            const auto& sum = results->at(static_cast<std::size_t>(rank));
            QVERIFY(sum == results->at(0));
            for (std::size_t i = 0; i < most; ++i) { // which NCCL forms in an order of its own
                QVERIFY(std::abs(sum[i] - expected[i]) <= 1);
            }
        }
#else
        QSKIP("built without NCCL");
#endif
    }

    void ncclWantsADeviceForEachWorker()
    {
#ifdef WIDTHWISE_NCCL
        const auto codes = runWorkers(1, Communication::SharedMemory, [&](Communicator&) {
            try {
                meet(Communication::Nccl, {.size = 1000, .onOneMachine = true, .meeting = "many"}, ".");
            } catch (const InputError& error) {
                return std::string_view(error.what()).ends_with("take auto") ? 5 : 6;
            }
            return 7;
        });
        QCOMPARE(codes, std::vector<int>{5});
#else
        QSKIP("built without NCCL");
#endif
    }

    void autoIsWhatReachesAllWorkers()
    {
        QCOMPARE(communicationFor(Communication::Automatic, true), Communication::SharedMemory);
        try {
            communicationFor(Communication::SharedMemory, false);
            QFAIL("accepted");
        } catch (const InputError& error) {
            QCOMPARE(error.what(), "communication shared-memory reaches the workers of one machine, and "
                                   "these are on several: take gloo");
        }
#ifdef WIDTHWISE_GLOO
        QCOMPARE(communicationFor(Communication::Automatic, false), Communication::Gloo);
        QCOMPARE(communicationFor(Communication::Gloo, true), Communication::Gloo);
#else
        QVERIFY_EXCEPTION_THROWN(communicationFor(Communication::Automatic, false), InputError);
        QVERIFY_EXCEPTION_THROWN(communicationFor(Communication::Gloo, true), InputError);
#endif
    }

private:
    static void ways()
    {
        QTest::addColumn<Communication>("communication");
        QTest::newRow("shared memory") << Communication::SharedMemory;
#ifdef WIDTHWISE_GLOO
        QTest::newRow("gloo") << Communication::Gloo;
#endif
    }

    static void killOne(Communication communication)
    {
        const Shared<Losses> losses;
        const auto codes = runWorkers(workers, communication, [&](Communicator& communicator) {
            return communicator.rank() == 2 ? raise(SIGKILL) : waitInVain(communicator, *losses);
        });
        QCOMPARE(codes, (std::vector<int>{7, 7, -SIGKILL}));
        for (const std::size_t rank : {0, 1}) {
            const QByteArray text = losses->text[rank].data();
            QVERIFY2(text.startsWith(communication == Communication::Gloo ? "worker "
                                                                          : "worker 2 of 3 ended without"),
                     text.constData());
        }
    }

    template <typename Real>
    void sumsAre(std::size_t size)
    {
        const Shared<Results<Real>> results;
        QCOMPARE(sumTogether(Communication::SharedMemory, size, *results), allWell);
        const std::vector<Real> expected = sumOf<Real>(size);
        for (const auto& result : *results) {
            QVERIFY(std::equal(expected.begin(), expected.end(), result.begin()));
        }
    }
};

QTEST_GUILESS_MAIN(TestCommunicator)
#include "tst_communicator.moc"
