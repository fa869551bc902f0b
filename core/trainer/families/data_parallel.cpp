// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/data_parallel.h"

#include "core/trainer/families/jets/track_pairs.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace widthwise::trainer {

namespace {

/// Of the labels that are known; without `weights`, each counts as 1.
double sumOfWeights(const std::vector<std::int64_t>& labels, const std::vector<double>& weights)
{
    double sum = 0;
    for (const std::int64_t label : labels) {
        if (label >= 0) {
            sum += weights.empty() ? 1 : weights[static_cast<std::size_t>(label)];
        }
    }
    return sum;
}

/// Of TaskResult, for sending.
constexpr std::size_t fieldCount = 4;

} // namespace

Request agree(Request request, Communicator& communicator)
{
    if (communicator.size() == 1) {
        return request;
    }
    std::array<double, 2> asked{request == Request::Checkpoint ? 1.0 : 0.0,
                                request == Request::Stop ? 1.0 : 0.0};
    communicator.allReduceSum(std::span<double>(asked));
    return asked[1] > 0 ? Request::Stop : asked[0] > 0 ? Request::Checkpoint : Request::None;
}

void weighSlice(Batch& slice, const Settings& settings, Communicator& communicator)
{
    if (communicator.size() == 1) {
        return;
    }
    slice.wholes = {sumOfWeights(slice.labels, settings.classWeights),
                    sumOfWeights(slice.origins, settings.originWeights), matchCount(slice)};
    communicator.allReduceSum(std::span<double>(slice.wholes));
}

template <typename Real>
double joinSlices(double loss, std::span<Real> gradient, Communicator& communicator)
{
    communicator.allReduceSum(gradient);
    communicator.allReduceSum(std::span<double>(&loss, 1));
    return loss;
}

/// Chunks go round the workers. A chunk's numbers are added to the zeros of all others, which is exact, and
/// the chunks are then added up in their order.
template <typename Real>
std::array<TaskResult, taskCount> evaluate(Network<Real>& network, const JetSample& sample,
                                           Communicator& communicator, Control& control)
{
    constexpr std::size_t most = 250;
    const std::size_t chunks = (sample.size() + most - 1) / most;
    std::vector<std::uint32_t> jets(sample.size());
    std::iota(jets.begin(), jets.end(), 0U);
    std::vector<double> parts(chunks * taskCount * fieldCount);
    const auto workers = static_cast<std::size_t>(communicator.size());
    for (auto chunk = static_cast<std::size_t>(communicator.rank()); chunk < chunks; chunk += workers) {
        control.attend();
        const std::size_t first = chunk * most;
        Batch batch = gather(sample, std::span(jets).subspan(first, std::min(most, jets.size() - first)));
        double* field = &parts[chunk * taskCount * fieldCount];
        for (const TaskResult& part : network.evaluate(batch).tasks) {
            *field++ = part.sum;
            *field++ = part.weight;
            *field++ = part.correct;
            *field++ = part.count;
        }
    }
    communicator.allReduceSum(std::span<double>(parts));

    std::array<TaskResult, taskCount> sums{};
    for (const double* field = parts.data(); field != parts.data() + parts.size();) {
        for (TaskResult& sum : sums) {
            sum.sum += *field++;
            sum.weight += *field++;
            sum.correct += *field++;
            sum.count += *field++;
        }
    }
    return sums;
}

template double joinSlices(double, std::span<float>, Communicator&);
template double joinSlices(double, std::span<double>, Communicator&);
template std::array<TaskResult, taskCount> evaluate(Network<float>&, const JetSample&, Communicator&,
                                                    Control&);
template std::array<TaskResult, taskCount> evaluate(Network<double>&, const JetSample&, Communicator&,
                                                    Control&);

} // namespace widthwise::trainer
