// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/data_parallel.h"

#include <array>

namespace widthwise::trainer {

namespace {

/// Of TermResult, for sending.
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

template <typename Real>
std::vector<double> wholeDivisors(const Network<Real>& network, const Batch& slice,
                                  Communicator& communicator)
{
    if (communicator.size() == 1) {
        return {};
    }
    std::vector<double> divisors = network.divisors(slice);
    communicator.allReduceSum(std::span<double>(divisors));
    return divisors;
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
std::vector<TermResult> validate(Network<Real>& network, const DataSource& data, std::size_t terms,
                                 Communicator& communicator, Control& control)
{
    const std::size_t chunks = data.validationChunks();
    std::vector<double> parts(chunks * terms * fieldCount);
    const auto workers = static_cast<std::size_t>(communicator.size());
    for (auto chunk = static_cast<std::size_t>(communicator.rank()); chunk < chunks; chunk += workers) {
        control.attend();
        double* field = &parts[chunk * terms * fieldCount];
        for (const TermResult& part : network.evaluate(data.validationChunk(chunk)).terms) {
            *field++ = part.sum;
            *field++ = part.divisor;
            *field++ = part.correct;
            *field++ = part.count;
        }
    }
    communicator.allReduceSum(std::span<double>(parts));

    std::vector<TermResult> sums(terms);
    for (const double* field = parts.data(); field != parts.data() + parts.size();) {
        for (TermResult& sum : sums) {
            sum.sum += *field++;
            sum.divisor += *field++;
            sum.correct += *field++;
            sum.count += *field++;
        }
    }
    return sums;
}

template std::vector<double> wholeDivisors(const Network<float>&, const Batch&, Communicator&);
template double joinSlices(double, std::span<float>, Communicator&);
template std::vector<TermResult> validate(Network<float>&, const DataSource&, std::size_t, Communicator&,
                                          Control&);
template std::vector<double> wholeDivisors(const Network<double>&, const Batch&, Communicator&);
template double joinSlices(double, std::span<double>, Communicator&);
template std::vector<TermResult> validate(Network<double>&, const DataSource&, std::size_t, Communicator&,
                                          Control&);

} // namespace widthwise::trainer
